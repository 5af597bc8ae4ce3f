test_that("films are found by title, genre and year, with names of genres", {
  server <- local_tmdb()
  films <- tmdb_search("Film 1", pages = 1:3)
  expect_identical(films$id, c(1001L, 1010:1019))
  expect_identical(films$genre_ids[[2]], c(15L, 13L))
  expect_identical(films$genres[[2]], c("Horror", "Crime"))
  expect_identical(films$overview[1:4], c("Story 1", "Story 10", "Story 11", ""))
  expect_identical(films$has_overview[1:4], c(TRUE, TRUE, TRUE, FALSE))
  expect_identical(films$poster_path[1:4], c(NA, NA, "/p11.jpg", "/p12.png"))
  expect_identical(films$has_poster[1:4], c(FALSE, FALSE, TRUE, TRUE))
  expect_identical(films$original_title[1], "Filmo 1 \u00e9")
  expect_identical(nrow(tmdb_search("no such film")), 0L)
  expect_named(tmdb_search("no such film"), names(films))
  both <- tmdb_discover(genre = c("horror", "Action"), year = 2001)
  expect_true(nrow(both) > 0)
  expect_true(all(vapply(both$genre_ids, function(ids) all(c(11, 15) %in% ids), NA)))
  expect_true(all(startsWith(both$release_date, "2001")))
  expect_identical(tmdb_discover(c(15, 11), 2001), both)
})

test_that("pages are asked for once each, to the last there is, and the list of genres once a session", {
  server <- local_tmdb()
  expect_warning(films <- tmdb_discover(pages = c(3, 1, 2, 2, 9, 10)), class = "tildenet_warning_new_genres")
  expect_identical(films$id, 1000L + 1:45)
  log <- server$log()
  expect_identical(sum(grepl("discover", log$path)), 3L)
  tmdb_search("Film 1")
  expect_identical(sum(grepl("genre/movie/list", server$log()$path)), 1L)
})

test_that("whole records have more, and are told apart from films that are not there", {
  server <- local_tmdb()
  films <- tmdb_movie(c(1009, 1001, 1009))
  expect_identical(films$id, c(1009L, 1001L))
  expect_identical(films$genres[[1]], c("Drama", "Comedy", "Foreign"))
  expect_identical(films$genre_ids[[1]], c(14L, 12L, 10769L))
  expect_identical(films$imdb_id, c("tt0001009", "tt0001001"))
  expect_identical(films$tagline, c("", ""))
  expect_identical(films$budget, c(9000, 1000))
  expect_identical(films$revenue, c(3e9, 3e9))
  error <- expect_error(tmdb_movie(7), "could not be found", class = "tildenet_error_tmdb_refused")
  expect_identical(error$status, 404L)
  expect_identical(sum(grepl("movie/7$", server$log()$path)), 1L)
})

test_that("numbers of genres become names; those without one are told and kept", {
  known <- data.frame(id = c(28, 878), name = c("Action", "Science Fiction"))
  expect_identical(tmdb_genre_names(c(878, 28, 878), known), c("Science Fiction", "Action", "Science Fiction"))
  expect_identical(tmdb_genre_names(list(a = 28, b = NULL, c = integer()), known),
                   list(a = "Action", b = character(), c = character()))
  warning <- expect_warning(named <- tmdb_genre_names(list(c(28, 10769), 5), known), "5, 10769",
                            class = "tildenet_warning_new_genres")
  expect_identical(warning$ids, c(5, 10769))
  expect_identical(named, list(c("Action", "10769"), "5"))
  expect_error(tmdb_genre_names("Action", known), "`ids`", class = "tildenet_error_argument")
  expect_error(tmdb_genre_names(28, 1), "`genres`", class = "tildenet_error_argument")
})

test_that("what the server sends in another form than is known does not come through", {
  server <- local_tmdb()
  server$fail(rep("other", 8))
  expect_error(tmdb_genres(), class = "tildenet_error_tmdb_content")
  records <- list(list(id = 5L, title = NULL, overview = 3, popularity = "x", genre_ids = list(1L, 2L),
                       poster_path = "/../../x.jpg", vote_count = 1.5), list(id = 5L))
  film <- films_frame(records, list_fields)
  expect_identical(nrow(film), 1L)
  expect_identical(film$title, "")
  expect_identical(film$overview, "")
  expect_identical(film$popularity, NA_real_)
  expect_identical(film$vote_count, NA_integer_)
  expect_identical(film$poster_path, NA_character_)
  expect_identical(film$genre_ids, list(1:2))
})

test_that("wrong arguments are named before anything is asked", {
  server <- local_tmdb()
  tmdb_genres()
  wrong <- list(
    title = quote(tmdb_search(3)), title = quote(tmdb_search(" ")), title = quote(tmdb_search()),
    year = quote(tmdb_search("a", year = 99)), year = quote(tmdb_discover(year = c(2000, 2001))),
    pages = quote(tmdb_discover(pages = 0)), pages = quote(tmdb_discover(pages = 501)), pages = quote(tmdb_discover(pages = NA)),
    genre = quote(tmdb_discover("Actoin")), genre = quote(tmdb_discover(-1)), genre = quote(tmdb_discover(character())),
    sort_by = quote(tmdb_discover(sort_by = NULL)), ids = quote(tmdb_movie("603")), ids = quote(tmdb_movie()),
    ids = quote(tmdb_movie(1.5)), language = quote(tmdb_genres(language = 3)))
  for (i in seq_along(wrong)) {
    error <- expect_error(eval(wrong[[i]]), paste0("`", names(wrong)[i], "`"), class = "tildenet_error_argument",
                          info = deparse(wrong[[i]]))
    expect_identical(conditionCall(error), rlang::call2(wrong[[i]][[1]]))
  }
  expect_identical(nrow(server$log()), 1L)
})
