"""Images: from a path, an address or base64 to what is sent, and whether Odoo has it already."""

from odoo_ingestion.images.content import ImageRefused, Picture, describe_image
from odoo_ingestion.images.held import held_checksums
from odoo_ingestion.images.loader import ImageLoader, Loaded

__all__ = ["ImageLoader", "ImageRefused", "Loaded", "Picture", "describe_image", "held_checksums"]
