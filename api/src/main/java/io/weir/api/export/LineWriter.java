package io.weir.api.export;

import io.weir.api.http.JsonBody;
import io.weir.api.json.StoreJson;
import io.weir.storage.query.StoredRow;
import java.util.List;

/** A row a line, as JSON. */
final class LineWriter implements RowWriter {

  private static final byte[] NOTHING = {};

  private final boolean withVector;
  private final boolean withPayload;

  LineWriter(boolean withVector, boolean withPayload) {
    this.withVector = withVector;
    this.withPayload = withPayload;
  }

  @Override
  public byte[] head() {
    return NOTHING;
  }

  @Override
  public byte[] rows(List<StoredRow> rows) {
    return JsonBody.lines(
        json -> rows.forEach(row -> StoreJson.rowInALine(json, row, withVector, withPayload)));
  }

  @Override
  public byte[] end() {
    return NOTHING;
  }
}
