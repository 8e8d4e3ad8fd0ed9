package io.weir.api.filter;

import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.api.http.Request;
import io.weir.api.http.RetryAfter;
import io.weir.storage.VectorCollection;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.Field;
import io.weir.storage.query.Filter;
import io.weir.storage.query.UnfitFilterException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import tools.jackson.core.JsonParser;

/**
 * Reads filters of a collection's rows.
 *
 * <pre>
 * filter    = {"must": [part, ...], "should": [part, ...], "mustNot": [part, ...]}
 * part      = filter | condition
 * condition = {"field": name, "match": value} | {"field": name, "any": [value, ...]}
 *           | {"field": name, "range": range} | {"field": name, "exists": true | false}
 *           | {"field": name, "prefix": text} | {"keys": [key, ...]}
 *           | {"offset": range, "partition": number} | {"timestamp": range}
 * range     = {"gt" or "gte": value, "lt" or "lte": value}
 * </pre>
 *
 * <p>Whatever is wrong is a {@link ProblemException} that names the place in the filter.
 *
 * <p><b>Threads:</b> any.
 */
public final class FilterReader {

  /** The name of the property, or query parameter, that has a filter. */
  public static final String FILTER = "filter";

  /** The most values, or keys, of a condition. */
  static final int MAX_VALUES = 1_024;

  private static final int NAMED_IN_A_MESSAGE = 20;

  private final String collection;
  private final boolean declared;
  private final DeclaredFields fields;

  /** Reads filters that may name the fields that a collection declares now. */
  public FilterReader(VectorCollection collection) {
    this.collection = collection.name();
    // Before the fields: those that are declared meanwhile are known.
    this.declared = collection.isDeclared();
    this.fields = collection.fields();
  }

  /** Reads the filter that the parser stands on. */
  public Filter read(JsonParser json) {
    return new FilterNodes(this).group(json, FILTER);
  }

  /** Reads the filter of a query parameter, if it is given. */
  public Optional<Filter> parameter(Request request) {
    return request.text(FILTER).map(this::parameter);
  }

  private Filter parameter(String text) {
    try {
      return new FilterNodes(this).group(text.getBytes(StandardCharsets.UTF_8), FILTER);
    } catch (ProblemException e) {
      throw ofParameter(e.problem()).toException();
    }
  }

  /** What is said of bodies is not said of parameters. */
  private static Problem ofParameter(Problem problem) {
    return switch (problem.type()) {
      case MALFORMED_JSON, UNKNOWN_PROPERTY, INVALID_PROPERTY ->
          Problem.of(
              ProblemType.INVALID_PARAMETER, "query parameter " + FILTER + ": " + problem.detail());
      default -> problem;
    };
  }

  /** The problem of a filter that fitted the fields when it was read, and does not any more. */
  public static ProblemException unfit(UnfitFilterException refused) {
    return Refusal.of(
        FILTER,
        "does not fit the fields any more, which have been declared anew meanwhile: "
            + refused.getMessage());
  }

  /**
   * Returns a field that is declared.
   *
   * @param place where it is named
   * @throws ProblemException if it is not, or if it is not known yet which are
   */
  Field field(String place, String name) {
    OptionalInt number = fields.number(name);
    if (number.isPresent()) {
      return fields.fields().get(number.getAsInt());
    }
    if (!declared) {
      throw unknownYet(place, name);
    }
    List<Field> known = fields.fields();
    throw Problem.of(
            ProblemType.UNDECLARED_FIELD,
            place
                + " names the field '"
                + name
                + "'; collection "
                + collection
                + " declares "
                + (known.isEmpty() ? "none" : shown(known))
                + ". To filter by a field of payloads, declare it in the settings of the collection"
                + " (fields: its name and one of the types keyword, long, double, boolean,"
                + " timestamp) and start Weir anew")
        .toException();
  }

  private ProblemException unknownYet(String place, String name) {
    return Problem.of(
            ProblemType.FIELDS_UNKNOWN,
            place
                + " names the field '"
                + name
                + "'; which fields collection "
                + collection
                + " has is not known yet: it is served from the disk, and its topic has not been"
                + " found since the start; ask again. If no topic of the settings feeds it any more,"
                + " only filters that name no field can be had")
        .withHeader(RetryAfter.HEADER, RetryAfter.seconds())
        .toException();
  }

  /** Some fields with their types, for a person. */
  private static String shown(List<Field> fields) {
    String first =
        fields.stream()
            .limit(NAMED_IN_A_MESSAGE)
            .map(field -> field.name() + " (" + field.type().text() + ")")
            .collect(Collectors.joining(", "));
    int more = fields.size() - NAMED_IN_A_MESSAGE;
    return more > 0 ? first + " and " + more + " more" : first;
  }
}
