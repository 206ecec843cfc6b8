"""Questions as people ask them: in their own words, in two languages, in a hurry."""

from tests.relevance.judging import (
    AT_HOME,
    CHEAP,
    CLINIC,
    EVENING,
    FOOD,
    FREE,
    PHARMACY,
    RESPITE,
    SATURDAY,
    SPANISH,
    SUNDAY,
    TRANSPORT,
    Is,
    Question,
    has,
    in_city,
    kind,
    says,
)

DOCTOR = kind("primary-care", "walk-in-care", "free-clinic", "worksite-clinic", "telehealth-visit")
WATCHING = kind("respite-home", "adult-day", "respite-overnight")
TO_CARE = kind("medical-ride", "dialysis-ride")
STAPLES = kind("food-pantry", "mobile-market", "grocery-delivery")


def _ask(text: str, best: Is, good: Is | None = None, fair: Is | None = None) -> Question:
    return Question(text, best, good, fair)


def _es(text: str, best: Is, good: Is | None = None, fair: Is | None = None) -> Question:
    return Question(text, best, good, fair, language="es")


QUESTIONS: tuple[Question, ...] = (
    # ---- getting there
    _ask("ride to dialisis", kind("dialysis-ride"), kind("medical-ride"), TRANSPORT),
    _ask("i need a ride to my doctor appointment", kind("medical-ride"), TO_CARE, TRANSPORT),
    _ask("how do I get to dialysis three times a week", kind("dialysis-ride"), TO_CARE, TRANSPORT),
    _ask(
        "wheelchair van", kind("wheelchair-ride"), has("accessibility", "lift-vehicle"), TRANSPORT
    ),
    _ask("transportation for seniors", TRANSPORT & has("audiences", "older-adults"), TRANSPORT),
    _ask("medical transportaton", kind("medical-ride"), TO_CARE, TRANSPORT),
    _ask("free rides to the hospital", TO_CARE & FREE, TO_CARE, TRANSPORT),
    _ask(
        "someone to drive me to chemo",
        TO_CARE & says("cancer", "chemo", "radiation"),
        TO_CARE,
        TRANSPORT,
    ),
    _ask("bus pass", kind("bus-pass"), None, TRANSPORT),
    _ask("help with gas money", kind("gas-help"), kind("bus-pass"), TRANSPORT),
    _ask("ride to the grocery store", kind("errand-ride"), None, TRANSPORT),
    _ask(
        "volunteer driver for my mother", kind("volunteer-driver"), kind("medical-ride"), TRANSPORT
    ),
    _ask("van out in the country no car", kind("rural-ride"), None, TRANSPORT),
    _ask("rides for veterans", TRANSPORT & has("audiences", "veterans"), None, TRANSPORT),
    _ask("nemt medicaid", kind("medical-ride") & has("insurance", "medicaid"), TO_CARE, TRANSPORT),
    _ask(
        "ride home after work at night",
        kind("errand-ride") & EVENING,
        kind("errand-ride"),
        TRANSPORT,
    ),
    _es("transporte para diálisis", kind("dialysis-ride"), kind("medical-ride"), TRANSPORT),
    _es("quien me lleva al doctor", kind("medical-ride"), TO_CARE, TRANSPORT),
    _es("viaje a cita medica", kind("medical-ride"), TO_CARE, TRANSPORT),
    _es("transporte silla de ruedas", kind("wheelchair-ride"), None, TRANSPORT),
    _es("pase de autobus gratis", kind("bus-pass"), None, TRANSPORT),
    # ---- a break for those who care
    _ask("someone to watch my husband so I can rest", WATCHING, RESPITE),
    _ask("respite care", RESPITE),
    _ask("respit care for my mom with alzheimers", kind("memory-respite"), WATCHING, RESPITE),
    _ask("i am so tired of taking care of my mother", RESPITE),
    _ask("adult day care", kind("adult-day"), None, RESPITE),
    _ask(
        "dementia day program",
        kind("adult-day") & has("audiences", "dementia"),
        kind("adult-day", "memory-respite"),
        RESPITE,
    ),
    _ask("caregiver support group", kind("caregiver-group"), None, RESPITE),
    _ask("overnight care for my dad", kind("respite-overnight"), None, RESPITE),
    _ask("sitter for autistic child", kind("respite-children"), None, RESPITE),
    _ask("somebody to stay with my wife while I go to work", WATCHING, RESPITE),
    _ask("weekend respite", kind("respite-overnight"), RESPITE & (SATURDAY | SUNDAY), RESPITE),
    _ask("help paying for a sitter", kind("respite-voucher"), kind("respite-home"), RESPITE),
    _ask(
        "caregiver going to hospital emergency care for husband",
        kind("emergency-respite"),
        kind("respite-overnight"),
        RESPITE,
    ),
    _ask("hospice break for family", kind("hospice-respite"), None, RESPITE),
    _ask("in home respit", kind("respite-home"), None, RESPITE),
    _es("alguien que cuide a mi mamá", WATCHING, RESPITE),
    _es("descanso para cuidadores", RESPITE),
    _es("centro de dia para adultos", kind("adult-day"), None, RESPITE),
    _es(
        "cuidado para persona con demencia",
        kind("memory-respite"),
        RESPITE & has("audiences", "dementia"),
        RESPITE,
    ),
    _es("grupo de apoyo cuidador", kind("caregiver-group"), None, RESPITE),
    # ---- food
    _es("comida hoy", kind("hot-meal", "food-pantry"), STAPLES, FOOD),
    _ask("food pantry", kind("food-pantry"), STAPLES, FOOD),
    _ask("food bank open saturday", STAPLES & SATURDAY, STAPLES, FOOD),
    _ask("where can i get free food today", kind("hot-meal", "food-pantry"), STAPLES, FOOD),
    _ask("hot meal tonight", kind("hot-meal"), None, FOOD),
    _ask("soup kichen", kind("hot-meal"), None, FOOD),
    _ask("meals on wheels", kind("meal-delivery"), kind("grocery-delivery"), FOOD),
    _ask(
        "meals delivered to my grandmother", kind("meal-delivery"), kind("grocery-delivery"), FOOD
    ),
    _ask("food stamps application", kind("food-benefits"), None, FOOD),
    _ask("baby formula", kind("baby-food"), kind("food-benefits") & says("wic"), FOOD),
    _ask("diapers", kind("baby-food"), says("diaper"), FOOD),
    _ask("lunch for kids in summer", kind("children-meals"), None, FOOD),
    _ask("groceries for diabetic", kind("medical-diet"), STAPLES, FOOD),
    _ask("fresh vegetables free", kind("mobile-market"), STAPLES, FOOD),
    _ask(
        "food box delivered i cant leave my house",
        kind("grocery-delivery", "meal-delivery"),
        FOOD & AT_HOME,
        FOOD,
    ),
    _ask("we have nothing to eat", kind("food-pantry", "hot-meal"), STAPLES, FOOD),
    _ask(
        "food pantry no id",
        kind("food-pantry") & ~has("documents", "photo-id", "any-id"),
        kind("food-pantry"),
        FOOD,
    ),
    _es("despensa de alimentos", kind("food-pantry"), STAPLES, FOOD),
    _es("banco de comida", kind("food-pantry"), STAPLES, FOOD),
    _es("cupones de alimentos", kind("food-benefits"), None, FOOD),
    _es("pañales y formula para bebe", kind("baby-food"), None, FOOD),
    _es("comida a domicilio para ancianos", kind("meal-delivery"), kind("grocery-delivery"), FOOD),
    _es("tengo hambre", kind("food-pantry", "hot-meal"), STAPLES, FOOD),
    # ---- medicine
    _ask(
        "insulin no insurance",
        PHARMACY & says("insulin"),
        kind("prescription-help"),
        PHARMACY | kind("chronic-care"),
    ),
    _ask("cheap medicine", kind("prescription-help"), None, PHARMACY),
    _ask("help paying for prescriptions", kind("prescription-help"), None, PHARMACY),
    _ask("perscription delivery", kind("medicine-delivery"), None, PHARMACY),
    _ask("pharmacy open late", kind("fill-prescription") & EVENING, PHARMACY & EVENING, PHARMACY),
    _ask("pharmacy open sunday", kind("fill-prescription") & SUNDAY, PHARMACY & SUNDAY, PHARMACY),
    _ask("flu shot", kind("vaccines"), None, PHARMACY),
    _ask("pill box weekly", kind("pill-packing"), None, PHARMACY),
    _ask("where to throw away needles", kind("medicine-disposal"), None, PHARMACY),
    _ask("blood sugar test strips", kind("medical-supplies"), kind("chronic-care"), PHARMACY),
    _ask("i cant afford my medication", kind("prescription-help"), None, PHARMACY),
    _es("medicinas baratas", kind("prescription-help"), None, PHARMACY),
    _es(
        "insulina sin seguro",
        PHARMACY & says("insulin"),
        kind("prescription-help"),
        PHARMACY | kind("chronic-care"),
    ),
    _es("farmacia que entrega a domicilio", kind("medicine-delivery"), None, PHARMACY),
    _es("vacuna de la gripe", kind("vaccines"), None, PHARMACY),
    # ---- a doctor after work
    _ask("clinic open after 6", DOCTOR & EVENING, CLINIC & EVENING, CLINIC),
    _ask("doctor open saturday", DOCTOR & SATURDAY, CLINIC & SATURDAY, CLINIC),
    _ask("free clinic", kind("free-clinic"), CLINIC & FREE, CLINIC),
    _ask("doctor without insurance", kind("free-clinic"), DOCTOR & CHEAP, CLINIC),
    _ask("urgent care", kind("walk-in-care"), kind("primary-care"), CLINIC),
    _ask("tooth ache dentist evening", kind("dental-care"), None, CLINIC),
    _ask(
        "dentst for kids",
        kind("dental-care") & has("audiences", "children", "families", "everyone"),
        kind("dental-care"),
        CLINIC,
    ),
    _ask("pregnant need checkup", kind("prenatal-care"), DOCTOR, CLINIC),
    _ask("therapist in the evening", kind("counseling"), None, CLINIC),
    _ask("high blood pressure checkup", kind("chronic-care"), DOCTOR, CLINIC),
    _ask("pediatrician after school", kind("child-health"), kind("primary-care"), CLINIC),
    _ask(
        "doctor by phone",
        kind("telehealth-visit"),
        CLINIC & has("delivery", "phone", "telehealth"),
        CLINIC,
    ),
    _ask("clinic for construction workers", kind("worksite-clinic"), DOCTOR & EVENING, CLINIC),
    _ask(
        "walk in clinic carrboro",
        DOCTOR & in_city("Carrboro"),
        CLINIC & in_city("Carrboro"),
        kind("walk-in-care"),
    ),
    _es("clínica de noche", DOCTOR & EVENING, CLINIC & EVENING, CLINIC),
    _es("doctor que hable español", DOCTOR & SPANISH, CLINIC & SPANISH, CLINIC),
    _es("medico sin seguro", kind("free-clinic"), DOCTOR & CHEAP, CLINIC),
    _es("dentista barato", kind("dental-care") & CHEAP, kind("dental-care"), CLINIC),
    _es("estoy embarazada necesito doctor", kind("prenatal-care"), DOCTOR, CLINIC),
    _es("consejeria en español", kind("counseling") & SPANISH, kind("counseling"), CLINIC),
    _es("dolor de muela", kind("dental-care"), None, CLINIC),
    # ---- in Spanish, in words of their own
    _es("quien me ayuda a llenar la solicitud de estampillas", kind("food-benefits"), None, FOOD),
    _es("leche para mi bebe", kind("baby-food"), says("wic"), FOOD),
    _es("frutas y verduras frescas", kind("mobile-market"), STAPLES, FOOD),
    _es("cena caliente para mis hijos", kind("hot-meal", "children-meals"), None, FOOD),
    _es("comida sin azucar para diabetico", kind("medical-diet"), None, FOOD),
    _es("voluntario que maneje para mi abuela", kind("volunteer-driver"), TO_CARE, TRANSPORT),
    _es("como llego a la quimioterapia", TO_CARE & says("cancer", "chemo"), TO_CARE, TRANSPORT),
    _es("me duele un diente no tengo dinero", kind("dental-care") & CHEAP, kind("dental-care")),
    _es("mi papa tiene alzheimer y estoy agotada", kind("memory-respite"), WATCHING, RESPITE),
    _es("clase para aprender a cuidar a un enfermo", kind("caregiver-group"), None, RESPITE),
    _es("cuidado para niño autista", kind("respite-children"), None, RESPITE),
    _es("tirar jeringas usadas", kind("medicine-disposal"), None, PHARMACY),
    _es("tiras para medir el azucar", kind("medical-supplies"), kind("chronic-care"), PHARMACY),
    _es("farmasia abierta domingo", PHARMACY & SUNDAY, None, PHARMACY),
    _es("pastillas para la presion no puedo pagar", kind("prescription-help"), None, PHARMACY),
    _es("psicologo para mi hija", kind("counseling"), None, CLINIC),
    _es("consulta por telefono con un doctor", kind("telehealth-visit"), DOCTOR, CLINIC),
    _es("clinica para trabajadores del campo", kind("worksite-clinic"), DOCTOR & CHEAP, CLINIC),
    # ---- in a hurry, with slips
    _ask("evening clinic", DOCTOR & EVENING, CLINIC & EVENING, CLINIC),
    _ask("dr open after work", DOCTOR & EVENING, CLINIC & EVENING, CLINIC),
    _ask("foodbank", kind("food-pantry"), STAPLES, FOOD),
    _ask(
        "dialysys transport wheelchair", kind("dialysis-ride"), kind("wheelchair-ride"), TRANSPORT
    ),
    _ask("nite clinic no apointment", kind("walk-in-care") & EVENING, DOCTOR & EVENING, CLINIC),
    _ask("my meds cost too much", kind("prescription-help"), None, PHARMACY),
    _ask("free dentist", kind("dental-care") & FREE, kind("dental-care") & CHEAP, CLINIC),
    _ask(
        "alzhiemers day care",
        kind("adult-day") & has("audiences", "dementia"),
        kind("adult-day", "memory-respite"),
        RESPITE,
    ),
)
