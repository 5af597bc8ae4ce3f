# The two commands of the README are `make demo` and `make test`; `make help` lists the rest.
# Everything is built out of the tree, in build/; the package is installed into build/lib only.

version := $(shell sed -n 's/^Version: *//p' DESCRIPTION)
tarball := build/tildenet_$(version).tar.gz
library := $(CURDIR)/build/lib
installed := build/lib/tildenet/Meta/package.rds
sources := $(shell find DESCRIPTION NAMESPACE LICENSE configure configure.win cleanup R src inst man demo \
  -type f ! -name '*.o' ! -name '*.so' ! -path src/Makevars 2>/dev/null)
with_library := R_LIBS="$(library):$$R_LIBS"
# Two compilers at a time; MAKEFLAGS of this make would be in the way of R's own.
parallel := env -u MAKEFLAGS -u MFLAGS MAKE="make -j2"

help:
	@echo 'make demo     install what is missing, build the package, run its demo (plots in demo-output/)'
	@echo 'make test     all tests: R, C with sanitizers, house rules, R CMD check'
	@echo 'make install  build the package and install it into build/lib'
	@echo 'make rtest    the R tests only (make rtest FILTER=kms for some files)'
	@echo 'make ctest    the C tests only'
	@echo 'make lint     the house rules only'
	@echo 'make check    R CMD check --as-cran only'
	@echo 'make newest   the R tests with the newest packages of CRAN (make newest FILTER=plot for some files)'
	@echo 'make sanitize the R tests under the sanitizers of gcc (FILTER as above)'
	@echo 'make valgrind R tests under valgrind, those of convolution and HDF5 unless FILTER says others'
	@echo 'make portability  the C tests by clang and for other processors, under emulators'
	@echo '              (make portability BUILDS="s390x mingw" for some; installs compilers)'
	@echo 'make failures every allocation of the engine fails once, 5,000 damaged weights files (some minutes)'
	@echo 'make bench    the speed tables (make bench ROWS="p1 p9" for some)'
	@echo 'make quality  scores and seconds on 20 public tables beside other methods, and the bars'
	@echo '              (make quality TABLES="servo glass" METHODS="kms ranger" SEEDS=1 for some)'
	@echo 'make docs     NAMESPACE, man/, src/init.c, the list of objects and the articles, from their sources'
	@echo 'make articles knit the articles on fetched data anew (make docs does when their source changed),'
	@echo '              or some of them (make articles ARTICLES="movies sentiment")'
	@echo 'make site     the site of help pages and articles, into build/site (make site PART=home for a part)'
	@echo 'make clean    remove everything built'

demo:
	@tools/setup
	@$(MAKE) --no-print-directory install
	@$(with_library) Rscript demo/movies.R demo-output

test:
	@tools/test

install: $(installed)
build: $(tarball)

$(tarball): $(sources)
	@tools/sources build/source
	@cd build && R CMD build --no-build-vignettes --no-manual source/tildenet >build.log 2>&1 || \
	  { cat build.log; exit 1; }

$(installed): $(tarball)
	@mkdir -p build/lib
	@echo "Installing $(tarball) into build/lib (log: build/install.log)"
	@$(parallel) R CMD INSTALL --no-multiarch --library=build/lib $(tarball) >build/install.log 2>&1 || \
	  { cat build/install.log; exit 1; }
	@grep '^tildenet:' build/install.log || true

rtest: install
	@$(with_library) Rscript tools/test-r.R "$(FILTER)"

ctest:
	@$(MAKE) --no-print-directory -C tests/c

lint:
	@Rscript --vanilla .ci/linters/run.R

check:
	@tools/check

newest sanitize valgrind:
	@tools/$@ "$(FILTER)"

portability:
	@tools/portability $(BUILDS)

failures: install
	@$(with_library) tools/failures

bench:
	@tools/setup
	@$(MAKE) --no-print-directory install
	@$(with_library) bench/run $(ROWS)

quality:
	@tools/setup quality
	@$(MAKE) --no-print-directory install
	@$(with_library) TABLES="$(TABLES)" METHODS="$(METHODS)" SEEDS="$(SEEDS)" quality/run

docs:
	@tools/setup docs
	@tools/objects --write
	@tools/registration
	@tools/document
	@$(MAKE) --no-print-directory articles ARTICLES=--stale

articles: install
	@$(with_library) tools/articles $(ARTICLES)

site:
	@tools/setup site
	@$(MAKE) --no-print-directory install
	@$(with_library) tools/site $(PART)

clean:
	@./cleanup
	rm -rf build demo-output

.PHONY: help demo test install build rtest ctest lint check newest sanitize valgrind portability failures bench quality docs \
  articles site clean
