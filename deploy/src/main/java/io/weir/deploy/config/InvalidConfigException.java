package io.weir.deploy.config;

import java.util.List;

/** The settings cannot be used. */
public final class InvalidConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  /**
   * Tells everything that is wrong.
   *
   * @param problems one sentence a problem, at least one; each names the key, where it stands and
   *     what is allowed, and shows no secret
   */
  InvalidConfigException(List<String> problems) {
    super(
        (problems.size() == 1
                ? "the configuration has a problem:\n  "
                : "the configuration has " + problems.size() + " problems:\n  ")
            + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  /** Returns one sentence a problem. */
  public List<String> problems() {
    return problems;
  }
}
