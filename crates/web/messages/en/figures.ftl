# The node's own releases as figures: profile, charts, files.
nav-figures = Figures of this node
figures-title = Figures of this node
figures-lede = What this node has counted of its own records and released to everybody: for each figure that is defined, the newest release that stands.
figures-all-title = Tables and figures
figures-synthetic = Synthetic: this node is under an invented State. No person stands behind any of these figures.
figures-synthetic-short = synthetic, of an invented State
figures-none = Nothing has been released yet.
figures-missing = Defined, and not released
figures-to-all = All releases of this node, withdrawn ones included
figures-to-profile = The newest of them as a profile
figures-explained = Table, definitions and files
figures-source = { $publisher }; records as of { $vintage }; released on { $day }.
figures-vintage = act { $act } of the journal
figures-total-period = over the whole period
figures-recorded-only = They count what was recorded, not what happened: a rise or fall can be one of detection.
figures-not-persons = Records are counted, not persons: as long as nobody has looked whether records of several agencies are about the same person, one person can be counted at each of them.
figures-completeness =
    { $expected ->
        [one] { $received } of { $expected } agency of this node has such records.
       *[other] { $received } of { $expected } agencies of this node have such records.
    }
figures-free-title = { $unit } by { $dimensions }
figures-value = Records
figures-total = Total
figures-not-said = Not said
figures-all = All of them
figures-too-large = The table is too large for a page. The files below the title hold all of it.
figures-left-out =
    { $count ->
        [one] One masked count is not drawn: whether it is larger or smaller than another is not told.
       *[other] { $count } masked counts are not drawn: which of them is larger or smaller is not told.
    }
figures-bars-description = The largest printed count is that of { $name }: { $value }. A hatched bar is a masked count: it lies anywhere within the hatching.
figures-bars-none = No count is printed. A hatched bar is a masked count: it lies anywhere within the hatching.
figures-meaning = What this means, and where it comes from
figures-by-year = By year
figures-by-year-description = A hollow mark is a year of which it is not told that all agencies with such records stand behind it; an upright dashed stroke is the range of a masked count. No line leads to either.
figures-incomplete = Not all agencies that have such records in the period stand behind: { $years }.
figures-untold = Of the other years with a hollow mark it is not told which agencies stand behind them: of masked, rounded and small totals nothing is told.
figures-change-rise = { $from } to { $to }: more records.
figures-change-fall = { $from } to { $to }: fewer records.
figures-change-same = { $from } to { $to }: as many records.
figures-change-no-count = { $from } to { $to }: no change is told, since a year has no count.
figures-change-completeness = { $from } to { $to }: no change is told, since it is not known that the same agencies stand behind both years.
figures-change-within-masks = { $from } to { $to }: no change is told, since the difference can lie within what is masked or rounded.
figures-change-told = Two years are compared only where all agencies that have such records stand behind both, and the difference is larger than what masks can hide.
figures-flows = Flows: from where to where
figures-flows-told =
    Drawn are flows of at least { $threshold } records over the period { $period }, between two different countries. { $hidden ->
        [0] No flow is masked.
       *[other] Masked, and not drawn: { $hidden } pairs of countries, of which nobody is told whether anybody stands there.
    }
figures-citizenship-proxy = Citizenship stands for origin, as in the Global Report: it does not say where somebody came from, lived or was recruited.
figures-repatriated-apart = Own nationals who were repatriated from abroad stand here alone; they are not among those detected on the territory.
figures-chapter-victims = Victims
figures-chapter-justice = Response of criminal justice
figures-chapter-support = Support
figures-chain = From formal contact to conviction
figures-chain-description = A point is a printed count, a hatched band the range in which a masked one lies. The steps count each person in the year of that step; those convicted need not be among those prosecuted in the same years.
figures-chain-contact = In formal contact
figures-chain-prosecuted = Prosecuted
figures-chain-convicted = Convicted
figures-step = Step
figures-counts = What it counts
figures-counts-told = { $unit }. Records are counted, not persons.
figures-of = Of which
figures-period = Period
figures-reference = Reference date
figures-reference-told = The year or month of: { $day }.
figures-forms = Forms of exploitation
figures-forms-main = Each record stands under one main form; several without a main one are mixed.
figures-forms-all = A record stands under every form that it has: forms do not add up.
figures-agencies = Agencies
figures-act = Signed by act
figures-explain = Explained at
figures-list-adds-up = Codes of the list { $list }; each record stands under one of them.
figures-list-overlaps = Codes of the list { $list }; a record can stand under several: they do not add up.
figures-marks = Marks
figures-mark-zero = Zero: counted, and nobody is there.
figures-mark-masked = Masked: a count that is withheld, anywhere in that range. A mask is no number, and not zero.
figures-mark-rounded = Rounded: moved to a neighbouring multiple.
figures-mark-absent = Absent: there is no count, with the reason in words.
figures-sheet-figures = Figures
figures-sheet-definitions = Definitions

# What one count stands for.
figures-unit-victim = Records of victims of trafficking in persons
figures-unit-migrant = Records of smuggled migrants
figures-unit-accused = Records of suspected, accused and convicted persons
figures-unit-case = Records of cases
figures-unit-event = Records of events
figures-unit-service = Services rendered, by record

# Which day decides.
figures-day-detected = detection
figures-day-identified = identification
figures-day-in-contact = first formal contact
figures-day-prosecuted = the decision to prosecute
figures-day-convicted = conviction
figures-day-reported = the report
figures-day-investigated = the beginning of the investigation
figures-day-month = the record

# Dimensions.
figures-dimension-year = Year
figures-dimension-month = Month
figures-dimension-sex = Sex
figures-dimension-age = Age
figures-dimension-form = Main form of exploitation
figures-dimension-forms = Forms of exploitation
figures-dimension-citizenship = Citizenship
figures-dimension-country-repatriated-from = Country of repatriation
figures-dimension-status = Status
figures-dimension-detection = Detection
figures-dimension-offence = Offence
figures-dimension-service = Service
figures-dimension-flow = Flow
figures-dimension-ending = Ending
figures-dimension-prison = Prison sentence, months
figures-dimension-elements = Elements of the definition

# Codes whose list prints in English alone, or that are worked out.
figures-code-female = Female
figures-code-male = Male
figures-code-other = Other
figures-code-unknown = Unknown
figures-code-total = Total
figures-code-0-to-17-years = 0 to 17 years
figures-code-18-years-or-over = 18 years or over
figures-code-sexual-exploitation = Sexual exploitation
figures-code-forced-labour = Forced labour
figures-code-other-forms-of-exploitation = Other forms of exploitation
figures-code-on-territory = on the territory
figures-code-repatriated = repatriated from abroad
figures-code-recorded = all recorded
figures-code-not-all = not all recorded
figures-code-domestic = within the country
figures-code-same-subregion = within the subregion
figures-code-same-region = within the region
figures-code-transregional = between regions
