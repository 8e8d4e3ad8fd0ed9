package io.weir.api.http;

import java.util.List;

/**
 * Paths of an API that others have made. Some of them are routes here; a problem under any of them
 * is told in that API's form.
 *
 * <p><b>Threads:</b> called on event loops: must not wait.
 */
public interface PathFamily {

  /** Whether a path is one of them. */
  boolean has(List<String> path);

  /**
   * The problem of a request that no route serves.
   *
   * @param method of the request
   * @param path its path, unescaped, what stands between the slashes
   * @param allowed methods that routes of the same path have, as a header {@code Allow}; empty
   *     where there are none
   */
  Problem unserved(String method, List<String> path, String allowed);

  /** The answer that a problem is told with. */
  Answer answer(Problem problem);
}
