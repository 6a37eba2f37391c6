"""How fast the importer is: every goal is one measurement, run by ``python -m benchmarks NAME``."""
