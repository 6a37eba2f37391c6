"""Files whose rows are a record each."""
