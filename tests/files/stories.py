"""Short articles on things that can be looked up, in our own words."""

SUEZ = (
    "The Suez Canal was opened on 17 November 1869, after ten years of digging. It joins the Mediterranean at Port"
    " Said with the Red Sea, and ships between Europe and Asia no longer have to sail round Africa. It has no locks,"
    " for the two seas stand at nearly the same level. In March 2021 the container ship Ever Given ran aground and"
    " closed it for six days."
)
TUNNEL = (
    "The Channel Tunnel joins Folkestone in Kent with Coquelles near Calais. It is 50.45 kilometres long, and 37.9"
    " kilometres of it lie below the sea, which makes it the longest undersea stretch of any tunnel. Three tubes run"
    " side by side: two for trains and between them a smaller one for service and rescue. Queen Elizabeth II and"
    " President Mitterrand opened it on 6 May 1994, in a ceremony that was held first in Calais and then at"
    " Folkestone."
)
BORING = (
    "Boring began in 1988 from both coasts. Eleven machines cut through the chalk marl under the strait, a soft"
    " rock that lets little water through. The service tubes met on 1 December 1990, when a British and a French"
    " worker shook hands through the opening. What was dug out in England was heaped up below Shakespeare Cliff near"
    " Dover, where it now carries the nature reserve Samphire Hoe."
)
TRAFFIC = (
    "Passenger trains named Eurostar and shuttles that carry cars and lorries share the tracks. The American"
    " Society of Civil Engineers counted the tunnel among the seven wonders of the modern world in 1996. A fire"
    " broke out on a shuttle that carried lorries in November of the same year, and another in September 2008; each"
    " time passengers were led to safety through the service tunnel in the middle."
)
HYPHENS = (
    "Cross-Channel ferries were the only way to take a car from Dover to Calais before 1994. Since then the"
    " undersea railway competes with the cross-Channel ships, and with those that left from Ramsgate and Folkestone,"
    " where regular sailings ended. Hovercraft carried passengers and automobiles over the strait between 1968 and"
    " 2000, in little more than half an hour. Captain Matthew Webb swam from Dover to Calais in August 1875, the"
    " first to do so without artificial assistance."
)
BAIKAL = (
    "Lake Baikal in Siberia is 1,642 metres deep, deeper than any other lake, and holds about a fifth of the fresh"
    " water on the surface of the earth. UNESCO made it a World Heritage Site in 1996."
)
HOOVER = (
    "Hoover Dam holds back the Colorado River on the border of Nevada and Arizona. It is 221 metres high and was"
    " finished in 1936. The lake behind it is called Lake Mead."
)
EVEREST = (
    "China and Nepal announced on 8 December 2020 that Mount Everest is 8,848.86 metres high, after each had"
    " measured it anew. Edmund Hillary and Tenzing Norgay reached its summit on 29 May 1953."
)
BRIDGE = (
    "Since 1 July 2000 a bridge and a tunnel join Copenhagen with Malmö. The bridge is 7.8 kilometres long and"
    " carries a motorway above a railway. Between bridge and tunnel lies Peberholm, an island made for the crossing."
)
EIFFEL = (
    "La tour Eiffel\n\nLa tour Eiffel a été achevée en mars 1889 pour l’Exposition universelle. Elle mesure 330 mètres"
    " depuis l’installation d’une nouvelle antenne en 2022. Les Parisiens l’ont d’abord détestée, puis adoptée.\n"
)
VOYAGER = (
    "Voyager 1 was launched on 5 September 1977, two weeks after its twin. It passed Jupiter in March 1979 and"
    " Saturn in November 1980.",
    "In August 2012 it crossed into the space between the stars, the first thing made by people to do so. No other"
    " is farther away.",
    "Each of the two carries a record of gold-plated copper with greetings in 55 languages and with music.",
)
GOTTHARD = (
    "The Gotthard Base Tunnel was opened on 1 June 2016. At 57 kilometres it is the longest railway tunnel in the"
    " world.",
    "It runs below the Alps between Erstfeld in the canton of Uri and Bodio in Ticino, and up to 2,300 metres of"
    " rock lie above it.",
    "A freight train derailed in it in August 2023, and one of its two tubes stayed closed for a year.",
)
PANAMA = (
    "The Panama Canal was opened on 15 August 1914, when the steamship Ancon passed through it.",
    "Locks lift the ships 26 metres to Gatun Lake and let them down again at the other end.",
    "The United States handed the canal over to Panama at noon on 31 December 1999.",
)
GOLDEN_GATE = (
    "The Golden Gate Bridge was opened to walkers on 27 May 1937, a day before the cars.",
    "Its main span of 1,280 metres was the longest of any bridge until 1964, when the Verrazzano-Narrows Bridge was"
    " finished in New York.",
    "Its colour is called International Orange.",
)
