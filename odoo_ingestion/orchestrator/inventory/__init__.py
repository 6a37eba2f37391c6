"""Files of quantities on hand."""
