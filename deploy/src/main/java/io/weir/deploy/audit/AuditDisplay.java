package io.weir.deploy.audit;

import io.weir.deploy.terminal.Progress;

/** Shows how far an audit has come. */
@FunctionalInterface
public interface AuditDisplay {

  /** Shows nothing. */
  AuditDisplay NONE = (_, _, _) -> Progress.none();

  /**
   * Begins to show one of its parts.
   *
   * @param task what is done
   * @param unit what is counted, in the plural
   * @param total how many there are
   */
  Progress begin(String task, String unit, long total);
}
