package io.weir.api.client;

import java.util.ArrayList;
import java.util.List;

/**
 * Which rows count.
 *
 * <pre>{@code
 * Filter.all(field("lang").any("en", "de"), field("year").range(Range.of().gte(value(2020))))
 *     .should(field("tags").prefix("Kaf"), field("tags").missing())
 *     .mustNot(Condition.keys("a", "b"))
 * }</pre>
 *
 * @param must a row meets all of these
 * @param should a row meets at least one of these, if there are any
 * @param mustNot a row meets none of these
 */
public record Filter(List<FilterPart> must, List<FilterPart> should, List<FilterPart> mustNot)
    implements FilterPart {

  /** Copies the lists. */
  public Filter {
    must = List.copyOf(must);
    should = List.copyOf(should);
    mustNot = List.copyOf(mustNot);
    if (must.isEmpty() && should.isEmpty() && mustNot.isEmpty()) {
      throw new IllegalArgumentException("the filter is empty; leave it out to have all rows");
    }
  }

  /** The rows that meet all of these. */
  public static Filter all(FilterPart... parts) {
    return new Filter(List.of(parts), List.of(), List.of());
  }

  /** The rows that meet one of these at least. */
  public static Filter any(FilterPart... parts) {
    return new Filter(List.of(), List.of(parts), List.of());
  }

  /** The rows that meet none of these. */
  public static Filter none(FilterPart... parts) {
    return new Filter(List.of(), List.of(), List.of(parts));
  }

  /** Returns this filter of rows that meet all of these, too. */
  public Filter must(FilterPart... parts) {
    return new Filter(joined(must, parts), should, mustNot);
  }

  /** Returns this filter with these beside those of which one must be met. */
  public Filter should(FilterPart... parts) {
    return new Filter(must, joined(should, parts), mustNot);
  }

  /** Returns this filter of rows that meet none of these, either. */
  public Filter mustNot(FilterPart... parts) {
    return new Filter(must, should, joined(mustNot, parts));
  }

  private static List<FilterPart> joined(List<FilterPart> some, FilterPart... more) {
    List<FilterPart> all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return all;
  }

  /** As it stands in requests. */
  @Override
  public String toString() {
    return FilterJson.text(this);
  }
}
