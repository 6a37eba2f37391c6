"""Relations: names, codes and external ids become database ids, in bulk."""

from odoo_ingestion.relations.matching import Finding, Kind, Match
from odoo_ingestion.relations.resolver import RelationResolver, Resolution
from odoo_ingestion.relations.single import lookup_names

__all__ = ["Finding", "Kind", "Match", "RelationResolver", "Resolution", "lookup_names"]
