package io.weir.bench.http;

/**
 * What became of requests that came at a rate of their own.
 *
 * @param perSecond how many came, from the first one to the last
 * @param accepted those that were answered with 200
 * @param rejected how many were refused for now
 */
public record Offered(double perSecond, Answered accepted, int rejected) {

  /** Share of all that was refused. */
  public double rejectedShare() {
    return (double) rejected / (rejected + accepted.count());
  }
}
