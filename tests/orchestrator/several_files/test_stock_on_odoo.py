"""Stock of products that the same run brings: tried before as it then goes in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inventory.stockroom import Stockroom
from tests.odoo_reader import OdooReader
from tests.orchestrator.several_files.test_on_odoo import Run, write

PRODUCTS = (
    "default_code,name,type,tracking\n"
    "ST-OK,Tea,Storable,\n"
    "ST-PLAIN,Plain,,\n"
    "ST-USE,Used up,Consumable,\n"
    "ST-WORK,Work,Service,\n"
    "ST-LOT,Wine,Storable,By Lots\n"
    "ST-NR,Camera,Storable,By Unique Serial Number\n"
    "ST-HELD,ST-HELD,Storable,\n"
    "ST-LEFT,ST-LEFT,Consumable,\n"
)
VARIANTS = (
    "name,attribute:Stock size,sku,type\n"
    "Stock shirt,S,ST-S,Storable\nStock shirt,M,ST-M,Storable\nStock help,Phone,ST-H,Service\n"
)
STOCK = {  # what becomes of each row, and a word of the reason
    "ST-OK,WH/Stock,L1,5": "not tracked",
    "ST-PLAIN,WH/Stock,,5": "not storable",
    "ST-USE,WH/Stock,,5": "not storable",
    "ST-WORK,WH/Stock,,5": "not storable",
    "ST-LOT,WH/Stock,,5": "tracked by lot",
    "ST-LOT,WH/Stock,L1,5": "created",
    "ST-NR,WH/Stock,N1,2": "serial number of one piece",
    "ST-HELD,WH/Stock,,3": "created",
    "ST-LEFT,WH/Stock,,3": "not storable",
    "ST-S,WH/Stock,,4": "created",
    "ST-H,WH/Stock,,4": "not storable",
    "ST-OK,ST-SHELF,,5": "created",
    "ST-M,WH,,5": "same stock",
    "ST-M,WH/Stock,,5": "same stock",
    "ST-HELD,ST-SHELF,,1": "created",
    "ST-OK,WH/Stock/ST shop,,5": "nothing is counted there",
}


def test_a_dry_run_tells_of_stock_of_new_products_what_the_real_run_then_does(
    module_database: OdooReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock = Stockroom(module_database)
    stock.products("ST-HELD", is_storable=False)
    stock.products("ST-LEFT")
    stock.location("ST shop", usage="customer")
    header = "sku,location,lot,quantity\n"
    texts = {
        "products.csv": PRODUCTS,
        "variants.csv": VARIANTS,
        "stock.location.csv": "name,location_id,barcode\nST shelf,WH/Stock,ST-SHELF\n",
        "stock.csv": header + "".join(f"{row}\n" for row in STOCK),
    }
    paths = write(tmp_path, texts)
    dry = Run(module_database, paths, monkeypatch, dry_run=True, apply=True)
    assert module_database.count("product.product", [("default_code", "like", "ST-")]) == 2
    real = Run(module_database, paths, monkeypatch, apply=True)

    assert dry.messages == real.messages
    assert dry.verdicts == real.verdicts
    for number, (row, told) in enumerate(STOCK.items(), start=1):
        place = "stock.csv", number
        assert told in f"{real.verdicts[place][0]}: {real.messages.get(place, '')}", row
    assert stock.on_hand("ST-HELD") == 4
    assert stock.on_hand("ST-S") == 4
