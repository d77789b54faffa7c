# The dead and the missing.
migrants-title = Migrants disparus
migrants-lede = Personnes mortes ou disparues au cours de leur migration, telles qu’enregistrées par le projet Migrants disparus de l’Organisation internationale pour les migrations.
migrants-route = Route
migrants-year = Année
migrants-month = Mois
migrants-cause = Cause
migrants-place = Zone de cinq degrés
migrants-route-all = Toutes les routes
migrants-year-all = Toutes les années
migrants-cause-all = Toutes les causes
migrants-reset = Tout afficher
migrants-column-count = Morts et disparus
migrants-caption = personnes enregistrées, { $from }–{ $to }
migrants-caption-year = personnes enregistrées en { $year }
migrants-attribution = Source :
migrants-map = Où ils sont morts ou ont disparu
migrants-map-note = Les cercles sont proportionnels au nombre de morts et de disparus par zone de cinq degrés, tracés au milieu de chaque zone.
migrants-map-description = Carte du monde avec des cercles pour { $count } zones de cinq degrés. Le plus grand : { $largest }.
migrants-unplaced = Lieu inconnu
migrants-unplaced-count = { $count } morts et disparus n’ont pas de lieu connu et ne figurent pas sur la carte.
migrants-by-year = Par année
migrants-by-route = Par route
migrants-by-cause = Par cause
migrants-by-month = Par mois
migrants-by-place = Par zone
migrants-chart-description = { $count } entrées. La plus grande : { $largest }.

# Routes, by the source’s own label.
route-central-american-route = Route d’Amérique centrale
route-asia-pacific-routes = Routes d’Asie et du Pacifique
route-intra-african-routes = Routes intra-africaines
route-undefined = Route non définie
route-central-mediterranean-route = Route de la Méditerranée centrale
route-western-mediterranean-route = Route de la Méditerranée occidentale
route-eastern-mediterranean-route = Route de la Méditerranée orientale
route-ehoa-eastern-route = Afrique de l’Est et Corne de l’Afrique, route orientale
route-western-african-atlantic-route = Route atlantique ouest-africaine
route-western-africa-atlantic-route-to-the-canary-islands = Route atlantique ouest-africaine vers les îles Canaries
route-south-american-route = Route d’Amérique du Sud
route-intra-european-routes = Routes intra-européennes
route-ehoa-southern-route = Afrique de l’Est et Corne de l’Afrique, route australe
route-ehoa-horn-of-africa-route = Route de la Corne de l’Afrique
route-ehoa-northern-route = Afrique de l’Est et Corne de l’Afrique, route du nord

# Causes, by the source’s own label.
cause-drowning = Noyade
cause-mixed-or-unknown = Multiples ou inconnues
cause-several-causes = Plusieurs causes
cause-vehicle-accident-death-linked-to-hazardous-transport = Accident de véhicule ou transport dangereux
cause-sickness-lack-of-access-to-adequate-healthcare = Maladie ou manque d’accès aux soins
cause-harsh-environmental-conditions-lack-of-adequate-shelter-food-water = Conditions extrêmes, manque d’abri, de nourriture ou d’eau
cause-violence = Violence
cause-accidental-death = Mort accidentelle
