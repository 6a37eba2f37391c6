"""Files of variants and of attributes."""
