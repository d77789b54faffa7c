# The first page.
home-title = Evidence around the Palermo Protocols
home-what = Palermo gathers what is known about trafficking in persons and the smuggling of migrants, from the treaties that States have joined to the deaths on the routes.
home-whom = It is for the ministries, frontline services, researchers and members of the public who need a figure that they can stand behind.
home-how = Each number says where it comes from, on what day it was true and what it cannot say.
home-parties = Parties to the { $treaty }
home-parties-caption = parties on { $date }, of which { $states } States
home-parties-link = Map, dates and list of parties
home-migrants = Dead and missing on migration routes
home-migrants-caption = persons recorded as dead or missing, { $from }–{ $to }
home-migrants-link = By route, year and cause
home-ways = Ways in
home-way-treaties = Who is bound by the Convention and its Protocols, on any day since 2000.
home-way-states = Each State’s acts under the three treaties, its region and its groups.
home-way-migrants = The recorded deaths and disappearances, on a map and over time.
home-way-tables = Other public tables that this node has imported, cell by cell as printed.
home-way-about = Sources, licences, how to read a cell, and what this is not.
