# The dead and the missing.
migrants-title = Missing migrants
migrants-lede = Persons who died or went missing while migrating, as recorded by the Missing Migrants Project of the International Organization for Migration.
migrants-route = Route
migrants-year = Year
migrants-month = Month
migrants-cause = Cause
migrants-place = Area of five degrees
migrants-route-all = All routes
migrants-year-all = All years
migrants-cause-all = All causes
migrants-reset = Show everything
migrants-column-count = Dead and missing
migrants-caption = persons recorded, { $from }–{ $to }
migrants-caption-year = persons recorded in { $year }
migrants-attribution = Source:
migrants-map = Where they died or went missing
migrants-map-note = Circles are in proportion to the number of dead and missing in areas of five degrees, drawn at the middle of each area.
migrants-map-description = World map with circles for { $count } areas of five degrees. The largest: { $largest }.
migrants-unplaced = Place not known
migrants-unplaced-count = { $count } dead and missing have no known place and are not on the map.
migrants-by-year = By year
migrants-by-route = By route
migrants-by-cause = By cause
migrants-by-month = By month
migrants-by-place = By area
migrants-chart-description = { $count } entries. The largest: { $largest }.

# Routes, by the source’s own label.
route-central-american-route = Central American route
route-asia-pacific-routes = Asia and Pacific routes
route-intra-african-routes = Routes within Africa
route-undefined = Route not defined
route-central-mediterranean-route = Central Mediterranean route
route-western-mediterranean-route = Western Mediterranean route
route-eastern-mediterranean-route = Eastern Mediterranean route
route-ehoa-eastern-route = East and Horn of Africa, eastern route
route-western-african-atlantic-route = West African Atlantic route
route-western-africa-atlantic-route-to-the-canary-islands = West African Atlantic route to the Canary Islands
route-south-american-route = South American route
route-intra-european-routes = Routes within Europe
route-ehoa-southern-route = East and Horn of Africa, southern route
route-ehoa-horn-of-africa-route = Horn of Africa route
route-ehoa-northern-route = East and Horn of Africa, northern route

# Causes, by the source’s own label.
cause-drowning = Drowning
cause-mixed-or-unknown = Mixed or unknown
cause-several-causes = Several causes
cause-vehicle-accident-death-linked-to-hazardous-transport = Vehicle accident or hazardous transport
cause-sickness-lack-of-access-to-adequate-healthcare = Sickness or lack of health care
cause-harsh-environmental-conditions-lack-of-adequate-shelter-food-water = Harsh conditions, lack of shelter, food or water
cause-violence = Violence
cause-accidental-death = Accidental death
