"""Why a row of a price file is not imported."""

REASONS = {
    "bad_date": "not a date",
    "bad_dispensing_fee": "not an amount of dollars and cents",
    "bad_field": "a field that cannot be read",
    "bad_form": "not a form we know",
    "bad_ndc": "not an NDC of eleven digits",
    "bad_observed_on": "a day to come, or before 2000",
    "bad_price": "not an amount of dollars and cents from 0 to 1,000,000",
    "bad_program": "no program of that name or id",
    "bad_quantity": "not a quantity from above 0 to 100,000, whole for tablets",
    "bad_shipping": "not an amount of dollars and cents",
    "bad_source": "not one of phone, receipt, published, api, partner",
    "bad_strength": "not a strength, such as 500 mg",
    "bad_unit": "not the unit this drug is counted in",
    "bad_valid_to": "before the day it was observed",
    "no_package_size": "a price for a package of unknown size",
    "placeholder": "a row that stands for no price",
    "too_long": "longer than the field allows",
    "unclear_drug": "more than one drug fits",
    "unknown_drug": "no drug that we know",
    "unknown_place": "no pharmacy of that id, or none and no mail program",
}
