"""Rows -> drafts, pure: one pydantic model per Odoo model, its versions and its keys."""

from odoo_ingestion.data_models.catalogue import (
    available_models,
    available_versions,
    catalogue_notice,
    load_catalogue,
)
from odoo_ingestion.data_models.cell_errors import is_no_value
from odoo_ingestion.data_models.import_types import IMPORT_TYPES, import_type, type_for_model
from odoo_ingestion.data_models.inventory_schema import LEFT_TO_ODOO, inventory_schema
from odoo_ingestion.data_models.late_columns import LateColumns
from odoo_ingestion.data_models.notation import Notation
from odoo_ingestion.data_models.pictures import is_image
from odoo_ingestion.data_models.schema import (
    FIELD_ATTRIBUTES,
    RELATIONAL_TYPES,
    is_importable,
    required_without_default,
    schema_from_fields_get,
)
from odoo_ingestion.data_models.validator import Validator, build_validator
from odoo_ingestion.records import ImportType

__all__ = [
    "FIELD_ATTRIBUTES",
    "IMPORT_TYPES",
    "LEFT_TO_ODOO",
    "RELATIONAL_TYPES",
    "ImportType",
    "LateColumns",
    "Notation",
    "Validator",
    "available_models",
    "available_versions",
    "build_validator",
    "catalogue_notice",
    "import_type",
    "inventory_schema",
    "is_image",
    "is_importable",
    "is_no_value",
    "load_catalogue",
    "required_without_default",
    "schema_from_fields_get",
    "type_for_model",
]
