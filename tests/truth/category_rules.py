"""Rules for files of product categories: by their paths, and by name and parent."""

from __future__ import annotations

from odoo_ingestion.records import Category
from tests.truth.rows import CREATED, TEXTS, UPDATED, Draw, Made, Rules

PATHS = Rules()
TREE = Rules()

PATH_COLUMNS = ("id", "complete_name", "property_cost_method", "packaging_reserve_method")
TREE_COLUMNS = ("id", "name", "parent_id", "removal_strategy_id")


# --- by path --------------------------------------------------------------------------------


@PATHS.rule()
def deep(draw: Draw) -> list[Made]:
    """Seven levels in any order."""
    paths = [f"{draw.tag}"]
    for level in "BCDEFG":
        paths.append(f"{paths[-1]} / {draw.tag}{level}")
    made = [Made({"complete_name": path}, CREATED, {"complete_name": path}, path) for path in paths]
    draw.chance.shuffle(made)
    return made


@PATHS.rule()
def spellings(draw: Draw) -> list[Made]:
    text = draw.one(*(t for t in TEXTS if "/" not in t and "\n" not in t and "\t" not in t))
    name = f"{draw.tag} {text}"
    path = f"Goods / {name}"
    said = draw.one(path, f" Goods  >  {name} ", f"Goods > {name}")
    return [Made({"complete_name": said}, CREATED, {"complete_name": path}, path)]


@PATHS.rule()
def no_parent(draw: Draw) -> list[Made]:
    cells = {"complete_name": f"Nowhere {draw.tag} / X"}
    below = {"complete_name": f"Nowhere {draw.tag} / X / Y"}
    return [Made(cells, Category.MISSING_RELATION), Made(below, Category.MISSING_RELATION)]


@PATHS.rule()
def empty_part(draw: Draw) -> list[Made]:
    said = draw.one(f"Goods / / {draw.tag}", f"Goods / {draw.tag} / ")
    return [Made({"complete_name": said}, Category.VALIDATION)]


@PATHS.rule()
def nothing(draw: Draw) -> list[Made]:
    return [Made({"packaging_reserve_method": "full"}, Category.VALIDATION)]


@PATHS.rule()
def no_selection(draw: Draw) -> list[Made]:
    cells = {"complete_name": f"Goods / {draw.tag}", "property_cost_method": "guess"}
    below = {"complete_name": f"Goods / {draw.tag} / below"}
    return [Made(cells, Category.VALIDATION), Made(below, Category.MISSING_RELATION)]


@PATHS.rule()
def selection(draw: Draw) -> list[Made]:
    path = f"Goods / {draw.tag}"
    cells = {"complete_name": path, "packaging_reserve_method": "Reserve Only Full Packagings"}
    return [Made(cells, CREATED, {"packaging_reserve_method": "full"}, path)]


@PATHS.rule()
def same_path_twice(draw: Draw) -> list[Made]:
    path = f"Goods / {draw.tag}"
    again = {"complete_name": f"Goods>  {draw.tag}".replace(">", " > ")}
    return [Made({"complete_name": path}, CREATED, {}, path), Made(again, Category.DUPLICATE)]


@PATHS.rule(once=True)
def made_by_hand(draw: Draw) -> list[Made]:
    held = {"id": draw.ids["Hand / Child"], "packaging_reserve_method": "full"}
    cells = {"complete_name": "Hand / Child", "packaging_reserve_method": "full"}
    return [Made(cells, UPDATED, held, "Hand / Child")]


@PATHS.rule(once=True)
def two_with_the_path(draw: Draw) -> list[Made]:
    below = {"complete_name": f"Double / {draw.tag}"}
    return [
        Made({"complete_name": "Double"}, Category.AMBIGUOUS_RECORD),
        # Its parent stands in the file, and that row failed; else the parent would be ambiguous.
        Made(below, Category.MISSING_RELATION),
    ]


@PATHS.rule()
def external_id_of_another_model(draw: Draw) -> list[Made]:
    cells = {"id": "base.be", "complete_name": f"Goods / {draw.tag}"}
    return [Made(cells, Category.DUPLICATE)]


# --- by name and parent ---------------------------------------------------------------------


@TREE.rule()
def below_a_parent(draw: Draw) -> list[Made]:
    top = {"id": f"truth.top_{draw.tag}", "name": f"{draw.tag} top"}
    child = {"name": f"{draw.tag} child", "parent_id": f"{draw.tag} top"}
    last = {"name": f"{draw.tag} last", "parent_id": f"{draw.tag} top / {draw.tag} child"}
    path = f"{draw.tag} top / {draw.tag} child"
    made = [
        Made(top, CREATED, {}, top["name"]),
        Made(child, CREATED, {}, path),
        Made(last, CREATED, {}, f"{path} / {draw.tag} last"),
    ]
    draw.chance.shuffle(made)
    return made


@TREE.rule()
def same_name_below_two_parents(draw: Draw) -> list[Made]:
    return [
        Made({"name": draw.tag, "parent_id": above}, CREATED, {}, f"{above} / {draw.tag}")
        for above in ("Goods", "Services")
    ]


@TREE.rule()
def same_name_below_one_parent(draw: Draw) -> list[Made]:
    cells = {"name": draw.tag, "parent_id": "Goods"}
    return [Made(cells, CREATED), Made(cells, Category.DUPLICATE)]


@TREE.rule()
def missing_parent(draw: Draw) -> list[Made]:
    return [Made({"name": draw.tag, "parent_id": "Atlantis"}, Category.MISSING_RELATION)]


@TREE.rule()
def ambiguous_parent(draw: Draw) -> list[Made]:
    return [Made({"name": draw.tag, "parent_id": "Double"}, Category.AMBIGUOUS_RELATION)]


@TREE.rule()
def loop(draw: Draw) -> list[Made]:
    one = {"name": f"{draw.tag} a", "parent_id": f"{draw.tag} b"}
    two = {"name": f"{draw.tag} b", "parent_id": f"{draw.tag} a"}
    return [Made(one, Category.VALIDATION), Made(two, Category.VALIDATION)]


@TREE.rule()
def strategy(draw: Draw) -> list[Made]:
    cells = {"name": draw.tag, "removal_strategy_id": "First In First Out (FIFO)"}
    return [Made(cells, CREATED, {"removal_strategy_id": draw.ids["fifo"]}, draw.tag)]


@TREE.rule()
def no_strategy(draw: Draw) -> list[Made]:
    cells = {"name": draw.tag, "removal_strategy_id": "Whatever"}
    return [Made(cells, Category.MISSING_RELATION)]


@TREE.rule(once=True)
def known_external_id(draw: Draw) -> list[Made]:
    cells = {"id": "truth.known_category", "name": f"{draw.tag} renamed"}
    return [Made(cells, UPDATED, {"id": draw.ids["known"]}, f"{draw.tag} renamed")]
