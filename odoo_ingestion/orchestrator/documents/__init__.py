"""Files of documents with lines."""
