# Le sommaire du projet : `make` seul affiche les commandes. Chacune prépare .venv/ au besoin.
.DEFAULT_GOAL := aide
.PHONY: aide aujourdhui importer rapprocher relance plan releves envoyer rendre rafraichir verifier expliquer dossier bilan apercu audit fava installer test test-lents lint lisibilite bench images nettoyer FORCE

# DATE, CLIENT et FACTURE arrivent par l'environnement : ni apostrophe ni guillemet ne gênent.
AU = $${DATE:+--au "$$DATE"}
POUSSER = $${PUSH:+--pousser}
COMPARER = $${CONTRE:+--contre "$$CONTRE"}

aide:
	@echo 'Relances des factures impayées, du grand livre Beancount aux lettres.'
	@if test -e .venv/pret; then .venv/bin/relance aujourdhui --bref || true; fi
	@echo
	@awk -F ' *## *' '/^[a-z-]+:.* ## / { sub(/:.*/, "", $$1); printf "  make %-11s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'DATE=2026-11-21 dit le jour ; FACTURE=F2026-0031 ou CLIENT=nom, de qui il s’agit.'
	@echo 'PUSH=1 pousse la branche et ouvre la demande (relance) ; CONTRE=origin/main compare (verifier).'
	@echo 'Toutes les options : .venv/bin/relance --help'

aujourdhui: .venv/pret ## ce qu’une personne doit faire aujourd’hui, et la commande qui le fait (DATE=)
	@.venv/bin/relance aujourdhui $(AU)

importer: .venv/pret ## lit factures et relevés du dossier ledger/a-importer, les écrit au grand livre (ESSAI=1)
	@.venv/bin/relance importer $${ESSAI:+--essai}

rapprocher: .venv/pret ## règle ce que dit la banque et dont personne n’est sûr, une question à la fois
	@.venv/bin/relance rapprocher

relance: .venv/pret ## écrit les lettres du jour et le registre, et les enregistre dans git (DATE=, PUSH=1)
	@.venv/bin/relance emettre $(AU) $(POUSSER)

plan: .venv/pret ## montre ce qui partirait et pourquoi le reste attend, sans rien écrire (DATE=)
	@.venv/bin/relance plan $(AU)

envoyer: .venv/pret ## envoie les lettres approuvées, note ce qui est parti (ESSAI=adresse)
	@.venv/bin/relance envoyer $${ESSAI:+$(AU) --essai "$$ESSAI"}

releves: .venv/pret ## écrit des relevés de compte sur une branche, à relire comme des lettres (DATE=)
	@.venv/bin/relance releves $(AU) $(POUSSER)

rendre: .venv/pret ## refait les PDF des lettres retouchées, sur leur branche
	@.venv/bin/relance rendre

rafraichir: .venv/pret ## recalcule les lettres d'une branche restée ouverte (DATE=)
	@.venv/bin/relance rafraichir $(AU)

verifier: .venv/pret ## contrôle la politique, le grand livre, les modèles et le registre (DATE=, CONTRE=)
	@.venv/bin/relance verifier $(AU) $(COMPARER)

expliquer: .venv/pret ## raconte une facture ou un client et la décision du jour (FACTURE= ou CLIENT=, DATE=)
	@test -n "$$FACTURE$$CLIENT" || { echo 'Indiquez FACTURE= ou CLIENT=, par exemple : make expliquer FACTURE=F2026-0031' >&2; exit 2; }
	@.venv/bin/relance expliquer $(AU) -- "$${FACTURE:-$$CLIENT}"

dossier: .venv/pret ## écrit le dossier contentieux d'un client, ses pièces et son archive (CLIENT=, DATE=)
	@test -n "$$CLIENT" || { echo 'Indiquez CLIENT=, par exemple : make dossier CLIENT=Müller' >&2; exit 2; }
	@.venv/bin/relance dossier $(AU) -- "$$CLIENT"

bilan: .venv/pret-rapports ## mesure délais, relances et encaissements prévus, avec un PDF (DATE=)
	@.venv/bin/relance bilan --ecrire $(AU)

apercu: .venv/pret ## montre chaque modèle de lettre avec des clients inventés, dans out/apercu/
	@.venv/bin/relance apercu

audit: .venv/pret ## rejoue chaque lettre du registre depuis git et la compare (DEPUIS=)
	@.venv/bin/relance audit $${DEPUIS:+--depuis "$$DEPUIS"}

fava: .venv/pret-fava ## montre dans le navigateur les comptes et la page « Relances » (PORT=)
	@echo "Fava est sur http://127.0.0.1:$${PORT:-5000}/ : « Relances » est dans la colonne de gauche. Ctrl-C l’arrête."
	@.venv/bin/fava --host 127.0.0.1 --port "$${PORT:-5000}" ledger/main.beancount

installer: .venv/pret ## prépare .venv/, ce que font aussi toutes les autres commandes

test: .venv/pret-dev ## lance les essais, sauf les plus lents
	@.venv/bin/python -m pytest -n 2 --dist worksteal -m 'not slow' --hypothesis-profile=bref

test-lents: .venv/pret-dev ## lance les essais lents, et les propriétés avec tous leurs exemples
	@.venv/bin/python -m pytest -n 2 --dist worksteal -m 'slow or hypothesis'

lint: .venv/pret-dev ## relit le code (ruff, mypy, import-linter, licences)
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo --no-cache
	@.venv/bin/python scripts/licences.py

lisibilite: .venv/pret-dev ## mesure chaque page du guide : mots, longueur des phrases, LIX
	@PYTHONPATH=tests .venv/bin/python -m readability

bench: .venv/pret-dev ## mesure les temps, la mémoire, les lettres par seconde (GRAND=1 : 100 000 factures)
	@GRAND="$${GRAND:-}" PYTHONPATH=tests .venv/bin/python -m bench.run

images: .venv/pret-dev ## refait les images des README, d’après l’exemple
	@PYTHONPATH=tests .venv/bin/python scripts/pictures.py

nettoyer: ## supprime .venv/ et les fichiers de travail ; ni les lettres ni le registre
	@rm -rf .venv .hypothesis .mypy_cache .pytest_cache .ruff_cache dist
	@find scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------- la préparation de .venv/
# `pret` n'est écrit qu'à la fin : une préparation interrompue recommence de zéro.
VERSIONS := python3.14 python3.13 python3.12 python3.11 python3
PREPARED_FROM := scripts/prepare.py scripts/requirements.txt pyproject.toml .venv/bin/python

.venv/pret: $(PREPARED_FROM)
	@$(call prepare,)

# Fava et les essais dessinent aussi.
DRAWN_FROM := $(PREPARED_FROM) scripts/requirements-rapports.txt

.venv/pret-rapports: $(DRAWN_FROM)
	@$(call prepare,--rapports)

.venv/pret-dev: $(DRAWN_FROM) scripts/requirements-dev.txt
	@$(call prepare,--dev)

.venv/pret-fava: $(DRAWN_FROM) scripts/requirements-fava.txt
	@$(call prepare,--fava)

# Sans recette : un .venv dont le Python a disparu est à refaire.
.venv/bin/python: ;

# Un .venv ne se déplace pas : il connaît le dossier où il est né.
-include .venv/endroit.mk
ifneq ($(ENDROIT),$(CURDIR))
.venv/pret .venv/pret-rapports .venv/pret-dev .venv/pret-fava: FORCE
endif
FORCE: ;

# D'abord un Python qui sait faire un venv, sinon un Python à qui il manque python3-venv.
define prepare
for module in ensurepip sys; do for python in $(if $(PYTHON),"$$PYTHON",$(VERSIONS)); do \
  if "$$python" -c "import sys, $$module; sys.exit(not (3, 11) <= sys.version_info < (3, 15))" 2>/dev/null; \
  then exec "$$python" scripts/prepare.py $(1); fi; done; done; \
{ echo 'Il faut Python 3.11, 3.12, 3.13 ou 3.14, et aucun n’a été trouvé.'; \
  echo 'Debian, Ubuntu : sudo apt install python3 python3-venv   Fedora : sudo dnf install python3   macOS : brew install python'; \
  echo 'Ou indiquez-le : make PYTHON=/chemin/vers/python3.13'; } >&2; exit 1
endef
