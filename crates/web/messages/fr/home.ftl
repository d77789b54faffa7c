# The first page.
home-title = Les faits autour des Protocoles de Palerme
home-what = Palermo rassemble ce que l’on sait de la traite des personnes et du trafic illicite de migrants, depuis les traités auxquels les États ont adhéré jusqu’aux morts sur les routes.
home-whom = Il s’adresse aux ministères, aux services de première ligne, aux chercheurs et au public qui ont besoin d’un chiffre dont ils puissent répondre.
home-how = Chaque nombre dit d’où il vient, à quelle date il était exact et ce qu’il ne peut pas dire.
home-parties = Parties : { $treaty }
home-parties-caption = parties au { $date }, dont { $states } États
home-parties-link = Carte, dates et liste des parties
home-migrants = Morts et disparus sur les routes migratoires
home-migrants-caption = personnes enregistrées comme mortes ou disparues, { $from }–{ $to }
home-migrants-link = Par route, année et cause
home-ways = Par où commencer
home-way-treaties = Qui est lié par la Convention et ses Protocoles, à tout jour depuis 2000.
home-way-states = Les actes de chaque État au titre des trois traités, sa région et ses groupes.
home-way-migrants = Les décès et disparitions enregistrés, sur une carte et dans le temps.
home-way-tables = D’autres tableaux publics importés par ce nœud, case par case, tels qu’imprimés.
home-way-about = Sources, licences, lecture d’une case, et ce que ceci n’est pas.
