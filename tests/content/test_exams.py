"""The exams: their file read, their faults told, and every question at home in each of them."""

import pytest

from coursekit.content import ContentError, load_exams, load_questions
from coursekit.content.check import check

FILE = "book/exams.yml"


def told(course):
    return "\n".join(str(problem) for problem in check(course))


def test_the_courses_own_exams_can_be_read():
    exams = load_exams()
    assert list(exams) == ["SAA", "SAP", "DVA", "DOP"]
    for family in exams.values():
        assert family.versions[-1].valid_until is None


def test_a_question_belongs_to_each_domain_that_has_one_of_its_tags(course):
    (question, *_) = load_questions("vtf", course / "book/questions")
    version = load_exams(course / FILE)["SAA"].versions[0]
    assert version.domains_of(question) == ("Resilient", "Anything else")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("weight_percent: 60", "weight_percent: 50", "SAA · versions.0.domains: the weights sum"),
        ("weight_percent: 60", "weight_percent: null", "some domains have a weight and some have"),
        ("weight_percent: 60", "weight_percent: 0", "SAA · versions.0.domains.0.weight_percent"),
        ("name: Anything else", "name: Resilient", "two domains have the same name"),
        ("unconfirmed: The weights.", "unconfirmed: null", "say in `unconfirmed` what is known"),
        ("2026-12-01", "2026-12-02", "does not begin the day after SAA-C03 ends"),
        ("valid_until: 2026-11-30", "valid_until: null", "SAA-C04 follows SAA-C03 without a day"),
        ("valid_from: null", "valid_from: 2026-12-24", "ends before it begins"),
        ("code: SAA-C03", "code: SAP-C03", "SAP-C03 is no version of SAA"),
        ("code: SAA-C03", "code: SAA3", "SAA · versions.0.code"),
        ("topics: [resilience]", "topics: [resilient]", "SAA · versions.0.domains.0.topics.0"),
        ("source: [the exam guide]", "source: []", "versions.0.source: has too few entries"),
        ("minutes: 130", "hours: 2", "versions.0.hours: is not a field of this entry"),
        ("- family: DOP", "- family: DVA", "DVA · family: is given twice"),
        ("- family: DOP", "- family: DVA", "DOP: is missing: questions name it"),
        ("- family: DOP", "- family: DOB", "did you mean DOB?"),
    ],
)
def test_a_fault_is_told_with_file_entry_field_and_fix(course, edit, old, new, expected):
    edit(FILE, old, new)
    with pytest.raises(ContentError) as error:
        load_exams(course / FILE)
    assert expected in str(error.value)
    assert all(problem.file.name == "exams.yml" for problem in error.value.problems)
    assert expected in told(course)


def test_what_is_no_list_is_told(course):
    (course / FILE).write_text("exams: none")
    assert "is not a list of exams" in told(course)


def test_a_question_without_a_domain_is_told(course, edit, bank):
    bank(lambda questions: questions[0].update(domains=["migration"]))
    assert "vtf-0 · domains: migration is in no domain of SAA-C03" in told(course)
    assert "→ tag it with a topic of SAA, or add the topic in exams.yml" in told(course)


def test_a_domain_without_a_question_is_told(course, edit):
    edit(FILE, "topics: [resilience, cost]", "topics: [cost]")
    assert "SAA-C03 has no question in 'Anything else'" in told(course)
