package io.weir.storage;

import io.weir.storage.testing.Trials;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Random filters over random histories, against a model that looks at each value of each row. */
@Timeout(3_000)
class FilteredHistoryTest {

  @Test
  void filtersLetThroughWhatTheModelSays() throws Exception {
    Trials.run(150, (_, random) -> new FilteredHistory(random).run());
  }

  @Test
  @Tag("heavy")
  void manyFiltersLetThroughWhatTheModelSays() throws Exception {
    Trials.run(20_000, (_, random) -> new FilteredHistory(random).run());
  }
}
