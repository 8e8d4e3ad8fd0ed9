package io.weir.api.client;

import java.util.List;
import java.util.Optional;

/** Whether answers cover everything that they should. */
public sealed interface Readiness {

  /**
   * They do.
   *
   * @param trouble shards that are in trouble all the same
   */
  record Ready(List<Trouble> trouble) implements Readiness {

    /** Copies the list. */
    public Ready {
      trouble = List.copyOf(trouble);
    }
  }

  /**
   * They do not, yet.
   *
   * @param reason what is waited for; for a person
   */
  record NotReady(String reason) implements Readiness {}

  /** They do not any more: the server is about to stop. */
  record Stopping() implements Readiness {}

  /**
   * A shard that does not go on, and serves what it has.
   *
   * @param state the name of its state
   * @param detail the state in words, with what an operator can do
   */
  record Trouble(String collection, int partition, String state, Optional<String> detail) {}

  /** Reads an answer of 200 or 503. */
  static Readiness of(ApiAnswer answer) {
    if (answer.status() != ApiAnswer.OK) {
      WeirProblemException problem = answer.problem();
      if (problem.is("not-ready")) {
        return new NotReady(problem.detail());
      }
      if (problem.is("stopping")) {
        return new Stopping();
      }
      throw problem;
    }
    return new Ready(
        JsonObject.read(answer.body()).objects("trouble").stream()
            .map(json ->
                new Trouble(
                    json.text("collection"),
                    json.integer("partition"),
                    json.text("state"),
                    json.optionalText("detail")))
            .toList());
  }
}
