# Writes inst/extdata/films.csv and ratings.csv, the data of the README: films, directors and viewers are all
# invented here, so that examples run without a download and the package ships no data of others.
set.seed(42)
pick <- function(x, n = 1) sample(x, n, replace = TRUE)

words <- list(
  Action = c("chase", "bomb", "agent", "heist", "train", "bridge", "rival", "explosion", "convoy", "bodyguard"),
  Comedy = c("wedding", "cousin", "parrot", "neighbour", "holiday", "bakery", "mistake", "landlord", "choir", "goat"),
  Drama = c("letter", "farm", "illness", "trial", "harbour", "widow", "inheritance", "promise", "strike", "winter"),
  Horror = c("cellar", "curse", "scream", "fog", "doll", "grave", "attic", "shadow", "ritual", "mirror"))
people <- c("a teacher", "a retired pilot", "two sisters", "a young doctor", "a travelling cook", "an old friend")
verbs <- c("finds", "hides", "follows", "remembers", "loses", "cannot forget", "must explain", "fears")
places <- c("in a small town", "on the coast", "by the border", "in the capital", "on an island", "far from home")

directors <- paste(pick(c("Ada", "Bo", "Cleo", "Dov", "Edda", "Finn", "Gro", "Hana"), 40),
                   pick(c("Abel", "Brandt", "Corvo", "Dahl", "Ebner", "Falk", "Gallo", "Hoff", "Ibsen", "Jara"), 40))
directors <- unique(directors)
home <- setNames(pick(names(words), length(directors)), directors)

n <- 300
director <- pick(directors, n)
genre <- ifelse(runif(n) < 0.6, home[director], pick(names(words), n))
noun <- function(genre) pick(words[[if (runif(1) < 0.85) genre else pick(names(words))]])
plot <- vapply(genre, function(g) {
  paste0("In this story ", pick(people), " ", pick(verbs), " the ", noun(g), " and the ", noun(g), " ", pick(places),
         ", until the ", noun(g), " changes everything.")
}, "")
cost <- c(Action = 60, Comedy = 20, Drama = 15, Horror = 8)[genre]
budget <- round(cost * exp(rnorm(n, 0, 0.5)), 1)
rating <- round(pmin(9.5, pmax(2, rnorm(n, c(Action = 6, Comedy = 6.2, Drama = 7.1, Horror = 5.6)[genre], 0.9))), 1)
films <- data.frame(title = sprintf("The %s of %s %d", tools::toTitleCase(vapply(genre, noun, "")),
                                    pick(c("Glass", "Salt", "Ash", "Silver", "Straw"), n), seq_len(n)),
                    year = pick(1970:2020, n), genre = unname(genre), director, budget,
                    votes = round(exp(rnorm(n, 6 + (rating - 6) / 2, 1))), rating,
                    gross = round(budget * exp(rnorm(n, (rating - 6) / 3, 0.6)), 1), plot = unname(plot))

# Viewers like what their two tastes have in common with a film.
taste <- function(n) matrix(rnorm(2 * n), n)
viewers <- sprintf("v%02d", 1:60)
seen <- films$title[1:50]
likes <- 3.4 + outer(rnorm(60, 0, 0.3), rnorm(50, 0, 0.4), "+") + 0.6 * taste(60) %*% t(taste(50))
pairs <- expand.grid(user = seq_along(viewers), movie = seq_along(seen))
pairs <- pairs[sort(sample(nrow(pairs), 1500)), ]
ratings <- data.frame(user = viewers[pairs$user], movie = seen[pairs$movie],
                      rating = pmin(5, pmax(0.5, round(2 * (likes[as.matrix(pairs)] + rnorm(1500, 0, 0.3))) / 2)))

write.csv(films, "inst/extdata/films.csv", row.names = FALSE)
write.csv(ratings, "inst/extdata/ratings.csv", row.names = FALSE)
