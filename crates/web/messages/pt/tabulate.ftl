# Contar processos.
office-tabulate = Contar
tabulate-title = Contar processos
tabulate-lede = Escolha um quadro e um período. O que é contado torna-se um projeto: as contagens ficam seladas, a bancada mostra o que poderia ser impresso, e outra pessoa divulga-o. Quem é da entidade do nó conta os processos de todas as entidades, qualquer outra pessoa os seus.
tabulate-figure = Quadro
tabulate-own = Uma linha minha
tabulate-from = De
tabulate-to = Até
tabulate-period-hint = Anos, ou meses como 2024-03; ambos incluídos.
tabulate-line-title = Uma linha minha
tabulate-line = O que se conta, por quê, de quem, em que meses, em que data
tabulate-line-hint = Por exemplo:
tabulate-name = Como se chama o projeto
tabulate-name-hint = Vazio, leva o nome do quadro e do período.
tabulate-act-hint = A contagem fica registada no diário.
tabulate-send = Contar e guardar como projeto
tabulate-refused = Nada foi contado: {$said}
release-why-counted = Foi contado a partir das fichas deste nó, tal como estavam depois do ato {$act} do diário, por esta linha; pode ser contado de novo:
