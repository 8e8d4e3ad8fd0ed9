package io.weir.deploy.terminal;

/** For work that nobody watches. */
final class NoProgress implements Progress {

  @Override
  public void accept(long done) {}

  @Override
  public void expect(long total) {}

  @Override
  public void close() {}
}
