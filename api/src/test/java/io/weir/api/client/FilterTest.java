package io.weir.api.client;

import static io.weir.api.client.Field.field;
import static io.weir.api.client.FieldValue.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilterTest {

  @Test
  void aFilterIsWrittenInTheGrammarOfTheApi() {
    Filter filter =
        Filter.all(
                field("lang").any("en", "de"),
                field("year").range(Range.of().gte(value(2020)).lt(value(2024.5))),
                Filter.any(field("tags").prefix("Kaf"), field("tags").missing()))
            .mustNot(
                Condition.keys("a", "\"b\""),
                Condition.offsets(0, Range.of().lt(value(9))),
                Condition.timestamps(
                    Range.of().gt(value(Instant.EPOCH)).lte(value("2026-01-01T00:00:00Z"))),
                field("ok").match(true),
                field("n").match(-7),
                field("x").exists());
    assertEquals(
        "{\"must\":[{\"field\":\"lang\",\"any\":[\"en\",\"de\"]},"
            + "{\"field\":\"year\",\"range\":{\"gte\":2020,\"lt\":2024.5}},"
            + "{\"should\":[{\"field\":\"tags\",\"prefix\":\"Kaf\"},"
            + "{\"field\":\"tags\",\"exists\":false}]}],"
            + "\"mustNot\":[{\"keys\":[\"a\",\"\\\"b\\\"\"]},"
            + "{\"offset\":{\"lt\":9},\"partition\":0},"
            + "{\"timestamp\":{\"gt\":\"1970-01-01T00:00:00Z\",\"lte\":\"2026-01-01T00:00:00Z\"}},"
            + "{\"field\":\"ok\",\"match\":true},{\"field\":\"n\",\"match\":-7},"
            + "{\"field\":\"x\",\"exists\":true}]}",
        filter.toString());
  }

  @Test
  void whatCanMeanNothingIsRefusedWhereItIsMade() {
    assertThrows(IllegalArgumentException.class, () -> Filter.all());
    assertThrows(IllegalArgumentException.class, () -> Condition.keys());
    assertThrows(IllegalArgumentException.class, () -> field("a").any(List.of()));
    assertThrows(IllegalArgumentException.class, () -> field("a").range(Range.of()));
    assertThrows(IllegalArgumentException.class, () -> value(Double.NaN));
  }
}
