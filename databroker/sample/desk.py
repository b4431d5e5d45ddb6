"""Texts of the sample that were written for it: notes of an invented field station, and what nobody wants to buy."""

NOTES = {
    "tide_gauge.md": """# Reading the tide gauge

The gauge stands at the end of the old pier and is read twice a day, at the same hours as the thermometer. The float
sits in a pipe so that the waves do not disturb it, and a wire runs from the float over a wheel to the pen. When the
wind comes from the west the water in the harbour is pushed up by a hand's width, and the reading must be marked with a
small cross, because the curve of that day cannot be compared with a calm one.

We found that the paper was the weakest part of the instrument. In damp weather it stretches, and a line that was
drawn straight in the morning is bent by the evening. Since the spring we keep the rolls in a dry box and note the
length of the paper at the start and at the end of each week, so that the stretch can be taken out again later.
""",
    "bird_count.md": """# The autumn count

Four people counted on the ridge from sunrise to noon. Each of them had one quarter of the sky and wrote down the
kind, the number and the height of every flock that crossed the line between the two towers. The sheets were compared
at the end of every hour, and a flock that had been seen by two people was kept only once.

The largest flocks came on the third morning, after two days of rain. It is likely that the birds had waited in the
valley and left together when the sky cleared. The count of that morning is therefore not typical, and we suggest that
it is reported beside the mean of the season and not inside it.
""",
    "soil_cores.txt": """How the soil cores were taken

A core is taken with a steel tube of one metre that is pushed into the ground by hand and turned out again with two
short bars. The ground must be neither frozen nor full of water, because in both cases the lower part of the core is
lost when the tube comes up. The core is laid on a board, measured, and cut where the colour changes.

Every piece gets a label with the place, the day and the depth of its upper and lower end. The pieces are dried in the
air for two weeks and weighed again. From the difference we know how much water the soil held on that day, and it is
this number that most of the visitors ask for. The dry pieces are kept in the cellar for ten years.
""",
    "lamp_log.txt": """The lamp and the moths

From May to September the lamp is lit for one hour after dusk, and everything that comes to the sheet is counted and
let go. On warm nights without a moon there may be three hundred moths of forty kinds; on a cold clear night there
may be none. For this reason a night without moths is written down like any other night, with the weather beside it.

We tried a second lamp with a bluer light for one summer. It brought more small flies and fewer of the large moths, and
the counting took twice as long. The old lamp has been used since then, so that the years can be compared.
""",
    "well_water.md": """# Water from the three wells

The wells are sampled on the first working day of the month. The bottle is rinsed twice with the water that it will
hold, filled under the surface and closed without air. It is carried to the house in a dark bag and measured on the
same day, because after one night the values have changed by more than the error of the instrument.

The upper well follows the rain with a delay of about five days. The lower well hardly changes at all. The middle one
does both: it follows heavy rain and ignores light rain, which we take as a sign that a layer of clay is broken
somewhere between the first and the second well. To know where, one would have to drill, and nobody has offered to pay.
""",
    "snow_board.txt": """Measuring new snow

New snow is measured on a white board of half a metre that lies on the old snow and is wiped clean each morning. The
depth is read at the four corners and in the middle, and the mean is written down in whole centimetres. If the wind has
blown the board bare while snow lies all around it, the depth is taken beside the board and the note says so.

The weight matters more than the depth. A ring is pressed through the new snow to the board, and what is inside is
melted and measured. Ten centimetres of dry snow give less water than two of wet snow, and those who plan the spring
work in the valley need to know the water and not the view.
""",
}

# (name, note it is made from, words replaced): edited copies that should be found as near duplicates.
EDITED = (
    ("tide_gauge_copy.txt", "tide_gauge.md", (("twice a day", "two times a day"), ("a small cross", "a cross"))),
    ("snow_board_revised.txt", "snow_board.txt", (("each morning", "every morning"), ("the view", "the sight"))),
    ("well_water_draft.txt", "well_water.md", (("first working day", "first day"), ("about five days", "five days"))),
)

_WORDS = """storm harvest letter visitor road bridge market record machine garden song number winter answer meeting
journey picture signal promise window"""

JUNK = {
    "keyboard.txt": "asdf jkl; qwer uiop zxcv nm,. asdf jkl; qwer uiop " * 12,
    "symbols.txt": "### *** >>> ... ### *** >>> ... $$$ %%% @@@ ### " * 25,
    "ticker.txt": "Buy now and save money today.\n" * 60,
    "numbers.txt": "\n".join(f"{n * 7919 % 10007} {n * 104729 % 99991} {n * 31 % 977}" for n in range(150)),
    "outline.md": "\n".join(f"- item {n}" for n in range(90)),
    "teasers.txt": "\n".join(
        f"The {word} that nobody expected to see in the valley this year..." for word in _WORDS.split()
    ),
    "shout.txt": "CLICK HERE FREE FREE FREE WIN WIN WIN NOW !!! " * 20,
    "stub.txt": "See the other file.",
    "placeholder.txt": (
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore "
        "magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea "
        "commodo consequat. Duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore. "
    )
    * 3,
    "contact.txt": (
        "Whoever needs the old readings may write to readings@station.example.org or ring +44 20 7946 0958 on "
        "weekdays. The station answers in a week, and copies are free for schools. Please say which years you want and "
        "for what purpose, because the early rolls are fragile and each of them is copied only when somebody asks for "
        "it. Parcels are sent on Fridays. The address of the station is printed on the back of every yearly report, "
        "and the reports themselves can be read in the library of the town without an appointment.\n"
    ),
}
