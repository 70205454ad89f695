"""Articles as they stand on the shelves of readers, each a title and its text: some are about one thing.

`python -m tests.files.shelves` embeds them anew into `shelves.npy`, so that a test of topics needs no model.
"""

from pathlib import Path

import numpy as np

from ingest.load import load
from ingest.load.found import Found
from ingest.split import split
from qa.library.overview import Sample
from qa.models.embeddings import load_embeddings
from qa.settings import Settings
from qa.types import Article

UNSEEN = Path(__file__).parent / "unseen"
VECTORS = Path(__file__).with_suffix(".npy")

Shelf = tuple[tuple[str, str], ...]

BELL_TOWER: Shelf = (
    (
        "Scaffolding goes up at the bell tower",
        "The bell tower is wrapped in scaffolding since Monday. The bells will be silent until the stone is mended.",
    ),
    (
        "Bell tower: what the surveyor found",
        "The surveyor found that the stone of the bell tower has split below the bells. The scaffolding must stay.",
    ),
    (
        "A cracked bell leaves the bell tower",
        "A crane lifted the largest of the bells out of the bell tower. It was cast in 1641 and goes to the foundry.",
    ),
    (
        "Bats in the bell tower delay the work",
        "Bats roost behind the bells of the bell tower. No stone may be mended before they have left.",
    ),
)
SOURDOUGH: Shelf = (
    (
        "Sourdough for a cold kitchen",
        "A sourdough starter sleeps below ten degrees. Keep the dough beside the oven and let it rise overnight.",
    ),
    (
        "Why sourdough tastes sour",
        "The bacteria in a sourdough starter make acids while the dough rises. "
        "The longer it rests, the sourer the bread.",
    ),
    (
        "Rye sourdough in a tin",
        "Rye dough is too wet to shape, so this sourdough bread rises in its tin. Feed the starter the day before.",
    ),
    (
        "Reviving a tired sourdough",
        "A grey sourdough starter is not dead. Feed it twice a day until it rises, and the bread will be as before.",
    ),
)
HALLENBAD: Shelf = (
    (
        "Hallenbad: Rat vertagt die Entscheidung",
        "Der Rat will erst wissen, was das Hallenbad im Jahr kostet. Das Becken bleibt bis dahin geöffnet.",
    ),
    (
        "Neue Pumpe für das Hallenbad",
        "Die alte Pumpe des Hallenbads war undicht. Das Becken wurde für zwei Tage geleert.",
    ),
    (
        "Das Hallenbad öffnet wieder",
        "Nach drei Wochen ist das Becken im Hallenbad wieder gefüllt. Der Eintritt bleibt gleich.",
    ),
    (
        "Schulen wollen mehr Zeit im Hallenbad",
        "Vier Schulen teilen sich vormittags das Becken im Hallenbad. Der Rat sucht nach einem Plan.",
    ),
)
HALLE: Shelf = (
    (
        "La halle aux grains rouvre ses portes",
        "Après deux ans de travaux, la halle aux grains accueille de nouveau le marché sous son toit de bois.",
    ),
    (
        "Halle aux grains : le toit est refait",
        "Les charpentiers ont remplacé le toit de la halle aux grains. Le marché reste sur la place jusqu'en mai.",
    ),
    (
        "Un marché de nuit à la halle aux grains",
        "Le marché de nuit se tiendra chaque vendredi sous le toit de la halle aux grains.",
    ),
    (
        "Qui paiera la halle aux grains ?",
        "Les travaux du toit de la halle aux grains ont coûté deux fois le prix prévu. La mairie cherche l'argent.",
    ),
)
FERIA: Shelf = (
    (
        "La feria del libro se muda al puerto",
        "Las casetas de la feria del libro estarán este año junto al puerto, con libros de cuarenta editoriales.",
    ),
    (
        "Lluvia en la feria del libro",
        "La lluvia cerró las casetas de la feria del libro el sábado. Los libros se salvaron bajo plásticos.",
    ),
    (
        "Feria del libro: más casetas que nunca",
        "Noventa casetas de libros tendrá la feria del libro, diez más que el año pasado.",
    ),
    (
        "Los niños leen en la feria del libro",
        "Un autobús lleno de libros para niños es lo nuevo de la feria del libro, entre las casetas del parque.",
    ),
)
ROVERS: Shelf = (  # beside the match report among the articles
    (
        "Thornbury Rovers 0-0 Lowmoor",
        "Thornbury Rovers had most of the ball at Lowmoor and no goal. Owen Marsh hit the bar in the second half.",
    ),
    (
        "Thornbury Rovers 3-1 Eastcombe",
        "Owen Marsh scored twice in the first half, and Thornbury Rovers beat Eastcombe with a goal from the bench.",
    ),
    (
        "Late goal sinks Thornbury Rovers",
        "A goal in stoppage time cost Thornbury Rovers two points. The visitors had hit the post before half-time.",
    ),
    (
        "Thornbury Rovers sign a keeper",
        "Thornbury Rovers have signed a keeper after conceding a late goal in each of the last three matches.",
    ),
)
TIDAL: Shelf = (
    (
        "Tidal power comes to the narrows",
        "Six turbines on the sea bed will make tidal power in the narrows. The current there turns four times a day.",
    ),
    (
        "Who owns tidal power?",
        "The current in the narrows belongs to the crown. Whoever sinks turbines for tidal power pays it rent.",
    ),
    (
        "TIDAL POWER: THE VOTE",
        "The islanders voted for tidal power. The first turbines will be sunk in the current next summer.",
    ),
    (
        "Cheaper tidal power within ten years",
        "Turbines that float in the current need no divers, and tidal power gets cheaper by a third.",
    ),
)
TABLES: Shelf = (  # of the Harbour Gazette
    (
        "Harbour Gazette tide table, early March",
        "High water at the quay comes at six and at half past six. Springs fall on the tenth, neaps on the third.",
    ),
    (
        "Harbour Gazette tide table, late March",
        "High water at the quay comes at five and at six. Springs fall on the twenty-fifth, neaps on the eighteenth.",
    ),
    (
        "Harbour Gazette tide table, early April",
        "High water at the quay comes at seven. Springs fall on the ninth, neaps on the second.",
    ),
    (
        "Harbour Gazette tide table, late April",
        "High water at the quay comes at eight. Springs fall on the twenty-fourth, neaps on the sixteenth.",
    ),
)
NOTES: Shelf = (  # about nothing in common
    (
        "Notes on beekeeping",
        "A hive in winter weighs less each week. Lift one corner, and you know how much honey is left.",
    ),
    ("Notes on the tuba", "The lowest notes want more air than strength. Empty the valves before every rehearsal."),
    (
        "Notes on tax returns",
        "Receipts under ten pounds may be added up on one line. Keep the envelope with the postmark.",
    ),
    (
        "Notes on glaciers",
        "Ice flows faster in the middle than at its sides. Stakes in a straight row bend within a year.",
    ),
    (
        "Notes on shorthand",
        "Vowels are left out wherever the outline is plain without them. Practise with a soft pencil.",
    ),
)
YEARS: Shelf = (  # about nothing in common
    ("Roof repairs, 2021", "Slates were replaced above the vestry. The gutter waits for a dry spell."),
    ("Seed swap 2021", "Beans were swapped for leeks, and nobody wanted the marrows. Forty people came."),
    ("The choir in 2021", "Twelve singers learnt a mass by heart. The altos are still looking for a deputy."),
    ("2021 in kilometres", "The cycling club rode once round the lake for every member. Two chains broke."),
)


def others() -> Shelf:
    """Whole articles on things of all kinds."""
    articles = []
    for path in sorted(UNSEEN.iterdir()):
        [found] = load(path)
        assert isinstance(found, Found)
        first, _, rest = found.text.partition("\n")
        articles.append((found.facts.title or first.removeprefix("# "), rest))
    return tuple(articles)


def sample(parts: tuple[Shelf, ...]) -> Sample:
    """These shelves beside the others, as a library gives them."""
    every = others() + sum(SHELVES, ())
    vectors = np.load(VECTORS).astype(np.float32)
    assert len(vectors) == len(every), "python -m tests.files.shelves"
    chosen = others() + sum(parts, ())
    return Sample(*zip(*chosen, strict=True), vectors[[every.index(article) for article in chosen]])


def record() -> None:
    """The vectors of first passages, as `ingest` makes them."""
    every = others() + sum(SHELVES, ())
    firsts = [f"{title}\n{split(Article('', title, text))[0].text}" for title, text in every]
    vectors = load_embeddings(Settings.from_env()).encode_documents(firsts)
    np.save(VECTORS, vectors.astype(np.float16))


SHELVES = (BELL_TOWER, SOURDOUGH, HALLENBAD, HALLE, FERIA, ROVERS, TIDAL, TABLES, NOTES, YEARS)

if __name__ == "__main__":
    record()
