"""Drug lines as people write them: the right product, or the right question."""

import pytest

from directory.prices.catalog import Catalog, product_of
from directory.prices.finder import Found, Status, find
from directory.prices.kinds import Release
from seed_data.prices.drugs import medicines
from tests.unit.prices.lines import LINES, MISSES


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    rows = medicines()
    aliases = [(alias.drug_id, alias.folded) for one in rows for alias in one.aliases]
    return Catalog([product_of(one.drug) for one in rows], aliases)


def _said(found: Found) -> str:
    if found.status is Status.UNKNOWN:
        return "nothing"
    if found.status is Status.ASK:
        return f"? {found.about} {len(found.options)}"
    assert found.product
    product = found.product
    name = f"{product.ingredient} {product.brand}".strip()
    size = "?" if found.quantity is None else f"{found.quantity:f}"
    return f"{name} {product.strength} {product.form} {product.release} x{size}"


@pytest.mark.parametrize("line", LINES)
def test_a_line_finds_its_product_or_asks(catalog: Catalog, line: str):
    assert _said(find(catalog, line)) == LINES[line]


def test_there_are_sixty_lines_or_more():
    assert len(LINES) >= 60


@pytest.mark.parametrize("line", MISSES)
def test_a_line_that_is_missed_finds_nothing_wrong(catalog: Catalog, line: str):
    assert find(catalog, line).status is not Status.FOUND


@pytest.mark.parametrize("medicine", medicines(), ids=lambda one: one.drug.product)
def test_a_release_is_never_exchanged(catalog: Catalog, medicine):
    drug = medicine.drug
    for release in Release:
        found = find(
            catalog, f"{drug.brand or drug.ingredient} {drug.strength} {drug.form} {release}"
        )
        if found.product:
            extended = {Release.EXTENDED, Release.SUSTAINED}
            allowed = extended if release is Release.EXTENDED else {release}
            assert found.product.release in allowed


@pytest.mark.parametrize("medicine", medicines(), ids=lambda one: one.drug.product)
def test_every_product_is_found_by_what_it_is(catalog: Catalog, medicine):
    drug = medicine.drug
    line = f"{drug.brand or drug.ingredient} {drug.strength} {drug.form} {drug.release}"
    found = find(catalog, line)
    if found.status is Status.ASK:
        assert drug.id in {option.product.id for option in found.options}
    else:
        assert found.product and found.product.id == drug.id


def test_a_misspelt_name_is_told_as_it_is_spelt(catalog: Catalog):
    assert find(catalog, "metfromin 850").corrected == "metformin"
    assert find(catalog, "metformin 850").corrected == ""
