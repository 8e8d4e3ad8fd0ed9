package io.weir.api.search;

import io.weir.api.filter.FilterReader;
import io.weir.api.http.MediaTypes;
import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.api.http.Request;
import io.weir.api.json.JsonRequest;
import io.weir.api.position.ReadPosition;
import io.weir.api.search.SearchRequest.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads some searches from a body: JSON, one JSON document a line, or vectors one behind the other
 * as float32. Whatever is wrong with one is a problem that names it.
 */
final class BatchReader {

  /** The most searches that one request may bring. */
  static final int MAX_SEARCHES = 100;

  /** The query parameters of bodies that are not JSON. */
  static final String[] PARAMETERS = {
    SearchFields.K,
    SearchFields.OFFSET,
    SearchFields.WITH_VECTOR,
    SearchFields.WITH_PAYLOAD,
    FilterReader.FILTER,
    ReadPosition.MIN_POSITION,
    ReadPosition.AS_OF
  };

  private static final String SEARCHES = "searches";

  private BatchReader() {}

  /**
   * Some searches, all of one position.
   *
   * @param position which records they have to see
   * @param searches the searches, at least one
   */
  record Batch(ReadPosition position, List<SearchRequest> searches) {}

  /**
   * Returns what will read the body; checks what is known without it.
   *
   * @param dimension of the collection
   * @param filters reads the filters of its searches
   * @throws ProblemException if the body's type or the query is not allowed
   */
  static Function<byte[], Batch> of(Request request, int dimension, FilterReader filters) {
    return switch (request.mediaType()) {
      case MediaTypes.JSON -> {
        SearchRequestReader.checkNoParameters(request);
        yield body -> json(body, filters);
      }
      case MediaTypes.NDJSON -> {
        checkNoFilter(request);
        ReadPosition position = ReadPosition.of(request);
        SearchDefaults defaults = SearchDefaults.of(request);
        yield body -> new Batch(position, lines(body, filters, defaults));
      }
      case MediaTypes.FLOAT32 -> {
        ReadPosition position = ReadPosition.of(request);
        SearchRequest rest =
            SearchRequestReader.parameters(request, filters, new Origin.Given(new float[0]));
        yield body -> new Batch(position, float32(body, dimension, rest));
      }
      default ->
          throw request.unsupportedContentType(
              MediaTypes.JSON, MediaTypes.NDJSON, MediaTypes.FLOAT32);
    };
  }

  /** One that is passed over would be a search of all rows. */
  private static void checkNoFilter(Request request) {
    if (request.text(FilterReader.FILTER).isPresent()) {
      throw Problem.of(
              ProblemType.INVALID_PARAMETER,
              "query parameter "
                  + FilterReader.FILTER
                  + " belongs to "
                  + MediaTypes.FLOAT32
                  + " bodies; put it into the searches, which have each their own")
          .toException();
    }
  }

  /** The name of a search, in problems. */
  static String name(int index) {
    return SEARCHES + "[" + index + "]";
  }

  /**
   * Does something with one search; a problem of it is one of the request that names the search.
   */
  static <T> T named(int index, Function<Integer, T> something) {
    try {
      return something.apply(index);
    } catch (ProblemException e) {
      throw e.problem().in(name(index)).toException();
    }
  }

  private static Batch json(byte[] body, FilterReader filters) {
    List<SearchRequest> searches = new ArrayList<>();
    List<SortedMap<Integer, Long>> minPosition = new ArrayList<>();
    List<SortedMap<Integer, Long>> asOf = new ArrayList<>();
    JsonRequest.read(
        body,
        Map.of(
            SEARCHES,
            json ->
                JsonRequest.array(
                    json,
                    MAX_SEARCHES,
                    index ->
                        element ->
                            searches.add(
                                named(
                                    index,
                                    i -> {
                                      SearchFields fields =
                                          new SearchFields(filters, SearchDefaults.STANDARD);
                                      JsonRequest.object(element, name(i), fields.ofASearch());
                                      return fields.search();
                                    }))),
            ReadPosition.MIN_POSITION,
            json -> minPosition.add(JsonRequest.offsets(json)),
            ReadPosition.AS_OF,
            json -> asOf.add(JsonRequest.offsets(json))));
    return new Batch(
        new ReadPosition(
            minPosition.isEmpty() ? new TreeMap<>() : minPosition.getFirst(),
            asOf.isEmpty() ? new TreeMap<>() : asOf.getFirst()),
        checked(searches));
  }

  private static List<SearchRequest> lines(
      byte[] body, FilterReader filters, SearchDefaults defaults) {
    List<SearchRequest> searches = new ArrayList<>();
    int from = 0;
    while (from < body.length) {
      int to = from;
      while (to < body.length && body[to] != '\n') {
        to++;
      }
      if (!isBlank(body, from, to)) {
        checkCount(searches.size() + 1);
        int start = from;
        int length = to - from;
        searches.add(
            named(
                searches.size(),
                _ -> {
                  SearchFields fields = new SearchFields(filters, defaults);
                  JsonRequest.read(body, start, length, fields.ofASearch());
                  return fields.search();
                }));
      }
      from = to + 1;
    }
    return checked(searches);
  }

  private static boolean isBlank(byte[] body, int from, int to) {
    for (int i = from; i < to; i++) {
      if (body[i] != ' ' && body[i] != '\t' && body[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  private static List<SearchRequest> float32(byte[] body, int dimension, SearchRequest rest) {
    int count = Float32Vectors.count(body, dimension);
    checkCount(count);
    List<SearchRequest> searches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      searches.add(
          named(
              i,
              index ->
                  SearchRequestReader.with(
                      rest, new Origin.Given(Float32Vectors.vector(body, index, dimension)))));
    }
    return searches;
  }

  private static List<SearchRequest> checked(List<SearchRequest> searches) {
    if (searches.isEmpty()) {
      throw Problem.of(
              ProblemType.INVALID_PROPERTY,
              SEARCHES + " is missing or empty; give 1 to " + MAX_SEARCHES + " searches")
          .toException();
    }
    return searches;
  }

  private static void checkCount(int count) {
    if (count > MAX_SEARCHES) {
      throw Problem.of(
              ProblemType.INVALID_PROPERTY,
              "there are more than " + MAX_SEARCHES + " searches, which is the limit")
          .toException();
    }
  }
}
