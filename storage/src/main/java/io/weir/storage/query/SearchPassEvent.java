package io.weir.storage.query;

import java.util.function.LongSupplier;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One way through the rows of a collection, for all searches that share it, in a recording. */
@Name("weir.SearchPass")
@Category("Weir")
@Label("Search Pass")
@Description("One way through the rows of a collection, for a group of searches")
@StackTrace(false)
final class SearchPassEvent extends Event {

  @Label("Queries")
  @Description("Searches that shared the pass")
  int queries;

  @Label("Shards")
  int shards;

  @Label("Rows")
  @Description("Rows, replaced ones included, each counted once however many searches it is for")
  long rows;

  @Label("Dimension")
  int dimension;

  @Label("Complete")
  @Description("Whether all rows were scored; else every search had ended before, or failed")
  boolean complete;

  /** It begins now. */
  void started() {
    begin();
  }

  /**
   * Ends the event; it is recorded if a recording wants it.
   *
   * @param rowsOfAll counts the rows; asked for only then
   */
  void ended(boolean allRows, LongSupplier rowsOfAll) {
    end();
    if (!shouldCommit()) {
      return;
    }
    complete = allRows;
    rows = rowsOfAll.getAsLong();
    commit();
  }
}
