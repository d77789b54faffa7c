# Refusals.
problem-title = Isto não pôde ser lido
problem-title-lost = Esta página não existe
problem-ways = Estas páginas existem:
problem-label-field = Campo
problem-label-found = Encontrado
problem-label-allowed = Permitido
problem-not-found = Nada existe em «{ $found }».
problem-method-not-allowed = Este endereço é só de leitura; «{ $found }» não é aceite.
problem-unknown-field = O endereço tem um campo «{ $field }» que esta página não conhece.
problem-repeated-field = O campo «{ $field }» é dado mais de uma vez.
problem-missing-field = O campo «{ $field }» é necessário.
problem-not-a-date = «{ $found }» no campo «{ $field }» não é uma data. Uma data escreve-se como 2013-09-04.
problem-date-outside = O dia { $found } no campo «{ $field }» ainda não chegou ({ $allowed }).
problem-not-in-list = «{ $found }» não é um valor do campo «{ $field }».
problem-too-long = O texto do campo «{ $field }» tem mais de { $allowed } caracteres.
problem-sum-refused = A soma foi recusada. { $found }
problem-internal = A página não pôde ser feita; a falha é nossa.
