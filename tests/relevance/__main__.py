"""python -m tests.relevance: ask every engine there is, print the scores, keep them."""

from tests.relevance.county import ENGINES, county_in
from tests.relevance.keeping import keep, kept
from tests.relevance.questions import QUESTIONS
from tests.relevance.scoring import Score, score
from tests.support import meilisearch


def main() -> None:
    """Print the scores beside those kept before, and the ten worst questions and why."""
    before, scores = kept(), dict[str, Score]()
    for name in ENGINES:
        if name == "meilisearch" and not meilisearch.is_there():
            print(f"{name}: not asked. {meilisearch.INSTALL}.")
            continue
        with county_in(name) as engine:
            scores[name] = found = score(engine, QUESTIONS)
        was = before.get(name, (0.0, 0.0))
        print(f"{name}: nDCG@10 {found.ndcg:.3f} (kept {was[0]:.3f}), ", end="")
        print(f"success@3 {found.success:.3f} (kept {was[1]:.3f})")
        for one in found.worst():
            print(f"  {one.ndcg:.2f}  {one.question.text}: {one.why}")
    keep(scores)


if __name__ == "__main__":
    main()
