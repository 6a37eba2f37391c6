"""What each file of a run is, and in which order the files go in."""
