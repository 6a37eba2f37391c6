"""Wires one run: from files and options to the summary."""

from odoo_ingestion.orchestrator.importer import OdooImporter

__all__ = ["OdooImporter"]
