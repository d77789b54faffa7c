# Refusals.
problem-title = Cela n’a pas pu être lu
problem-title-lost = Cette page n’existe pas
problem-ways = Ces pages existent :
problem-label-field = Champ
problem-label-found = Trouvé
problem-label-allowed = Permis
problem-not-found = Rien ne se trouve à « { $found } ».
problem-method-not-allowed = Cette adresse ne fait que se lire ; « { $found } » n’est pas accepté.
problem-unknown-field = L’adresse contient un champ « { $field } » que cette page ne connaît pas.
problem-repeated-field = Le champ « { $field } » est donné plus d’une fois.
problem-missing-field = Le champ « { $field } » est nécessaire.
problem-not-a-date = « { $found } » dans le champ « { $field } » n’est pas une date. Une date s’écrit comme 2013-09-04.
problem-date-outside = Le jour { $found } du champ « { $field } » n’est pas encore venu ({ $allowed }).
problem-not-in-list = « { $found } » n’est pas une valeur du champ « { $field } ».
problem-too-long = Le texte du champ « { $field } » dépasse { $allowed } caractères.
problem-sum-refused = La somme a été refusée. { $found }
problem-internal = La page n’a pas pu être produite ; la faute est nôtre.
