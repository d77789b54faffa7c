# The dead and the missing.
migrants-title = Migrantes desaparecidos
migrants-lede = Pessoas que morreram ou desapareceram durante a migração, tal como registadas pelo projeto Migrantes Desaparecidos da Organização Internacional para as Migrações.
migrants-route = Rota
migrants-year = Ano
migrants-month = Mês
migrants-cause = Causa
migrants-place = Zona de cinco graus
migrants-route-all = Todas as rotas
migrants-year-all = Todos os anos
migrants-cause-all = Todas as causas
migrants-reset = Mostrar tudo
migrants-column-count = Mortos e desaparecidos
migrants-caption = pessoas registadas, { $from }–{ $to }
migrants-caption-year = pessoas registadas em { $year }
migrants-attribution = Fonte:
migrants-map = Onde morreram ou desapareceram
migrants-map-note = Os círculos são proporcionais ao número de mortos e desaparecidos em zonas de cinco graus, desenhados no meio de cada zona.
migrants-map-description = Mapa do mundo com círculos para { $count } zonas de cinco graus. O maior: { $largest }.
migrants-unplaced = Local desconhecido
migrants-unplaced-count = { $count } mortos e desaparecidos não têm local conhecido e não estão no mapa.
migrants-by-year = Por ano
migrants-by-route = Por rota
migrants-by-cause = Por causa
migrants-by-month = Por mês
migrants-by-place = Por zona
migrants-chart-description = { $count } entradas. A maior: { $largest }.

# Routes, by the source’s own label.
route-central-american-route = Rota da América Central
route-asia-pacific-routes = Rotas da Ásia e do Pacífico
route-intra-african-routes = Rotas dentro de África
route-undefined = Rota não definida
route-central-mediterranean-route = Rota do Mediterrâneo Central
route-western-mediterranean-route = Rota do Mediterrâneo Ocidental
route-eastern-mediterranean-route = Rota do Mediterrâneo Oriental
route-ehoa-eastern-route = África Oriental e Corno de África, rota oriental
route-western-african-atlantic-route = Rota atlântica da África Ocidental
route-western-africa-atlantic-route-to-the-canary-islands = Rota atlântica da África Ocidental para as Ilhas Canárias
route-south-american-route = Rota da América do Sul
route-intra-european-routes = Rotas dentro da Europa
route-ehoa-southern-route = África Oriental e Corno de África, rota austral
route-ehoa-horn-of-africa-route = Rota do Corno de África
route-ehoa-northern-route = África Oriental e Corno de África, rota do norte

# Causes, by the source’s own label.
cause-drowning = Afogamento
cause-mixed-or-unknown = Múltiplas ou desconhecidas
cause-several-causes = Várias causas
cause-vehicle-accident-death-linked-to-hazardous-transport = Acidente de viação ou transporte perigoso
cause-sickness-lack-of-access-to-adequate-healthcare = Doença ou falta de cuidados de saúde
cause-harsh-environmental-conditions-lack-of-adequate-shelter-food-water = Condições extremas, falta de abrigo, comida ou água
cause-violence = Violência
cause-accidental-death = Morte acidental
