"""Which pydantic model reads the rows of which Odoo model."""

from __future__ import annotations

from odoo_ingestion.data_models.bank_account import BankAccount
from odoo_ingestion.data_models.base import RecordModel
from odoo_ingestion.data_models.category import Category
from odoo_ingestion.data_models.order import OrderLine
from odoo_ingestion.data_models.partner import Partner
from odoo_ingestion.data_models.product import ProductTemplate
from odoo_ingestion.data_models.quantity import Quantity
from odoo_ingestion.data_models.supplier_price import SupplierPrice
from odoo_ingestion.data_models.unit import Unit
from odoo_ingestion.data_models.user import User

_MODELS: dict[str, type[RecordModel]] = {
    "product.category": Category,
    "product.template": ProductTemplate,
    "product.product": ProductTemplate,
    "res.partner": Partner,
    "stock.quant": Quantity,
    "product.supplierinfo": SupplierPrice,
    "res.partner.bank": BankAccount,
    "res.users": User,
    "uom.uom": Unit,
    "sale.order.line": OrderLine,
}


def record_model_for(model: str) -> type[RecordModel]:
    """Return the model with the rules of an Odoo model, or the plain one that has none."""
    return _MODELS.get(model, RecordModel)
