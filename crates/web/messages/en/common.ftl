# Words on every page.
skip = Skip to the content
nav-label = Main
nav-languages = Language
nav-home = Home
nav-treaties = Status of the treaties
nav-states = States
nav-migrants = Missing migrants
nav-estimate = Hidden populations
nav-check = Check a table
nav-tables = Imported tables
nav-about = About
foot-not-un = This is not a publication of the United Nations or of any State. Figures are those of the sources named beside them.
foot-privacy = No cookies, no scripts, nothing recorded about readers.
foot-about = About this site
foot-api = For programs (OpenAPI)
form-show = Show
as-table = The same as a table
take = Take it with you:
maps-notice = Boundaries and names on the map imply no opinion on the status of any territory.
compass-north = N
compass-south = S
compass-east = E
compass-west = W

# Why a cell has no value.
absent-not-collected = not collected
absent-not-asked = not asked
absent-refused = withheld
absent-unknown = not known
absent-not-applicable = not applicable
absent-not-in-source = not in the source
absent-disputed = the source disagrees with itself
absent-not-yet = not yet

# Why a sum is refused.
refused-overlapping = No sum is shown: the codes of “{ $what }” overlap, so a sum over them would count somebody twice.
refused-absent = No sum is shown: a cell has no value ({ $what }), and the sum would look complete.
refused-not-a-count = No sum is shown: a cell of the kind “{ $what }” is not a count.
refused-other = No sum is shown: { $what }

# What a figure cannot say.
limit-minimum-count = A minimum: only what was recorded is counted, and much is never recorded.
limit-detections-not-persons = Detections, not persons: one person can be detected more than once.
limit-detected-only = Only what was detected; a rise or fall may be a change in detection.
limit-small-counts-masked = The publisher prints counts under five as “<5”; a zero cannot be told from them.
limit-source-disagrees = Where the source prints different values for one cell, none of them is used.
limit-dead-include-missing = The dead and the missing are counted together.
limit-places-approximate = Places are approximate; positions on the map are rounded on purpose.
limit-last-year-incomplete = The last year is not complete.
limit-som-party-missing-after-2020 = One party that joined between 24 December 2020 and October 2022 is missing from the record, so later totals are one too low.
limit-record-ends = The record of actions ends on the day stated; later actions are not in it.
