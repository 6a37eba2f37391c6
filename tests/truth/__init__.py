"""The dry run tells the truth: what it accepts lands, what it rejects the real run rejects."""
