"""Variants of products: which attributes, values, template and variant a row speaks of.

Rules that need no server are pure; what Odoo holds is looked up in bulk through ``ports.Odoo``.
Nothing is written here.
"""
