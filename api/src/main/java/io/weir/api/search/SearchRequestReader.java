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
import java.util.function.Function;

/**
 * Reads a search from a body of either kind: JSON, or the bare vector as little-endian float32 with
 * everything else in the query.
 */
final class SearchRequestReader {

  /** The query parameters of float32 bodies. */
  static final String[] PARAMETERS = {
    SearchFields.K,
    SearchFields.OFFSET,
    SearchFields.WITH_VECTOR,
    SearchFields.WITH_PAYLOAD,
    FilterReader.FILTER,
    SearchFields.CURSOR,
    ReadPosition.MIN_POSITION,
    ReadPosition.AS_OF
  };

  private SearchRequestReader() {}

  /**
   * Returns what will read the body; checks what is known without it.
   *
   * @param filters reads the filter
   * @throws ProblemException if the body's type or the query is not allowed
   */
  static Function<byte[], SearchCall> of(Request request, FilterReader filters) {
    return switch (request.mediaType()) {
      case MediaTypes.JSON -> {
        checkNoParameters(request);
        yield body -> read(body, filters);
      }
      case MediaTypes.FLOAT32 -> {
        SearchRequest rest = parameters(request, filters, new Origin.Given(new float[0]));
        ReadPosition position = ReadPosition.of(request);
        boolean cursor = request.flag(SearchFields.CURSOR, false);
        yield body ->
            new SearchCall(
                position,
                new SearchCall.Page.First(
                    with(rest, new Origin.Given(Float32Vectors.one(body))), cursor));
      }
      default -> throw request.unsupportedContentType(MediaTypes.JSON, MediaTypes.FLOAT32);
    };
  }

  private static SearchCall read(byte[] body, FilterReader filters) {
    SearchFields fields = new SearchFields(filters, SearchDefaults.STANDARD);
    JsonRequest.read(body, fields.ofABody());
    return fields.call();
  }

  /**
   * Checks that everything is in the body.
   *
   * @throws ProblemException if the query has parameters
   */
  static void checkNoParameters(Request request) {
    if (request.hasParameters()) {
      throw Problem.of(
              ProblemType.INVALID_PARAMETER,
              "query parameters belong to "
                  + MediaTypes.FLOAT32
                  + " bodies; put them into the JSON body")
          .toException();
    }
  }

  /** Reads what the query says of a search. */
  static SearchRequest parameters(Request request, FilterReader filters, Origin origin) {
    SearchDefaults said = SearchDefaults.of(request);
    return new SearchRequest(
        origin,
        said.k(),
        said.offset(),
        said.withVector(),
        said.withPayload(),
        filters.parameter(request));
  }

  /** A search that differs in its origin. */
  static SearchRequest with(SearchRequest search, Origin origin) {
    return new SearchRequest(
        origin,
        search.k(),
        search.offset(),
        search.withVector(),
        search.withPayload(),
        search.filter());
  }
}
