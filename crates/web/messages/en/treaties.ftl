# Treaties: overview and page of each.
treaties-title = Status of the treaties
treaties-lede = The United Nations Convention against Transnational Organized Crime and two of the Protocols that supplement it, on one day.
treaties-on-hint = Without a day, each treaty is shown on the last day of its record.
treaty-on = On the day
treaty-group = Region or group
treaty-group-world = The whole world
treaty-group-members = Groups, as on that day
treaty-group-regions = Regions (M49)
treaty-group-subregions = Subregions (M49)
treaty-by-default-end = No day was chosen, so this is { $date }, the last day of the record.
treaty-by-default-today = No day was chosen, so this is today, { $date }.
treaty-after-end = The record ends on { $date }; acts after that day are not in it.
treaty-world = The whole world
treaty-parties-on = Parties on { $date }
treaty-parties = Parties
treaty-states = of which States
treaty-signatories = Signatories
treaty-signed-only = Signed, not party
treaty-in-force-for = In force for
treaty-in-force = Entry into force
treaty-outside = Neither party nor signatory
treaty-since = In force since
treaty-not-in-force = Not in force on that day
treaty-counting = Each party once, from the day on which its instrument was deposited. The European Union is a party and not a State.
treaty-reference = Day of deposit of the instrument
treaty-later = { $name } is bound on this day as well, by a succession notified on { $date }; it is not counted until then.
treaty-table-caption =
    { $count ->
        [one] { $count } party
       *[other] { $count } parties
    } on { $date }, by name
treaty-column-party = Party
treaty-column-signatory = Signatory
treaty-column-region = Subregion
treaty-column-signed = Signed
treaty-column-act = Act
treaty-column-deposited = Deposited
treaty-column-force = In force from
treaty-act-uncertain = { $act } (kind not certain)
treaty-signed-only-caption =
    { $count ->
        [one] { $count } signatory that is
       *[other] { $count } signatories that are
    } not party
treaty-scopes = By region and group
treaty-scopes-caption = Parties in each region and group on { $date }
treaty-scopes-note = Groups are counted with their members of that day. A State can be in several groups.
treaty-column-scope = Region or group
treaty-column-parties = Parties
treaty-column-signed-only = Signed only
treaty-column-outside = States outside
treaty-citation = Depositary: Secretary-General of the United Nations, chapter { $citation }.
map-title = Who was party on { $date }
map-description = World map: { $parties } parties are dark, { $signed } signatories that are not party are hatched, other States are pale.
map-class-party = Party
map-class-signed = Signed, not party
map-class-neither = Neither
map-unmarked = Unmarked: territories and areas, which are party to nothing by themselves
map-party = { $name }: party since { $date }
map-signed = { $name }: signed on { $date }, not party
map-neither = { $name }: neither signed nor party
map-table-below = Each party is in the table below, with a link to its own page.
timeline-title = Parties over time
timeline-description = The number of parties rises from none on { $from } to { $count } by { $to }.
timeline-parties = Parties
timeline-force = In force { $date }
timeline-asked = Shown: { $date }
timeline-caption = Parties at the end of each year
timeline-column-year = Year
timeline-column-new = New in the year
timeline-column-total = Parties
act-signature = Signature
act-ratification = Ratification
act-acceptance = Acceptance
act-approval = Approval
act-accession = Accession
act-succession = Succession
