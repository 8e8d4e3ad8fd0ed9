package io.weir.bench.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.NumberFormat;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.ChartUtils;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.VerticalAlignment;
import org.jfree.data.category.DefaultCategoryDataset;

/** Draws charts into a PNG, without a screen. */
public final class ChartFile {
  private static final int WIDTH = 1_000;
  private static final int HEIGHT = 420;
  private static final int FOOTER_HEIGHT = 30;
  private static final int MARGIN = 12;

  /** From here on a number says enough without a fraction. */
  private static final double LARGE = 100;

  /** Weir first; colours that a colour-blind reader, and a grey print, can tell apart. */
  private static final List<Color> COLORS =
      List.of(
          new Color(0x0072B2),
          new Color(0xE69F00),
          new Color(0x009E73),
          new Color(0xCC79A7),
          new Color(0x56B4E9));

  private static final Color LIMIT = new Color(0xB00020);

  private ChartFile() {}

  /**
   * Writes a PNG of charts, one below the other.
   *
   * @param footer a line below all of them: under which conditions they hold
   * @throws IOException if the file cannot be written, or nothing can be drawn here: a JVM without
   *     fonts cannot
   */
  public static void write(Path file, List<Chart> charts, String footer) throws IOException {
    BufferedImage image;
    try {
      image = draw(charts, footer);
    } catch (RuntimeException | LinkageError | InternalError e) {
      // What the JDK throws where the system has no fonts depends on its build.
      throw new IOException("nothing can be drawn here: " + e, e);
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      ChartUtils.writeBufferedImageAsPNG(out, image);
    }
  }

  private static BufferedImage draw(List<Chart> charts, String footer) {
    System.setProperty("java.awt.headless", "true");
    int height = charts.size() * HEIGHT + FOOTER_HEIGHT;
    BufferedImage image = new BufferedImage(WIDTH, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, WIDTH, height);
      for (int i = 0; i < charts.size(); i++) {
        chart(charts.get(i)).draw(graphics, new Rectangle2D.Double(0, i * HEIGHT, WIDTH, HEIGHT));
      }
      graphics.setColor(Color.DARK_GRAY);
      graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
      graphics.drawString(footer, MARGIN, height - MARGIN);
    } finally {
      graphics.dispose();
    }
    return image;
  }

  private static JFreeChart chart(Chart chart) {
    DefaultCategoryDataset bars = new DefaultCategoryDataset();
    chart.bars().forEach(bar -> bars.addValue(bar.value(), bar.series(), bar.group()));
    JFreeChart drawn =
        ChartFactory.createBarChart(
            chart.title(),
            chart.groupsAre(),
            chart.valuesAre(),
            bars,
            PlotOrientation.VERTICAL,
            true,
            false,
            false);
    drawn.setBackgroundPaint(Color.WHITE);
    TextTitle title = drawn.getTitle();
    title.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
    drawn.getLegend().setFrame(BlockBorder.NONE);
    CategoryPlot plot = drawn.getCategoryPlot();
    plot.setBackgroundPaint(Color.WHITE);
    plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
    plot.setOutlineVisible(false);
    plot.setRenderer(renderer(bars.getRowCount(), chart));
    NumberAxis values = (NumberAxis) plot.getRangeAxis();
    values.setNumberFormatOverride(NumberFormat.getInstance(Locale.ROOT));
    values.setUpperMargin(0.15);
    double highest = values.getUpperBound();
    for (Chart.Limit limit : chart.limits()) {
      plot.addRangeMarker(new ValueMarker(limit.value(), LIMIT, new BasicStroke(1.5f)));
      drawn.addSubtitle(
          new TextTitle(
              "red line: " + limit.label(),
              new Font(Font.SANS_SERIF, Font.PLAIN, 12),
              LIMIT,
              RectangleEdge.TOP,
              HorizontalAlignment.CENTER,
              VerticalAlignment.CENTER,
              RectangleInsets.ZERO_INSETS));
      highest = Math.max(highest, limit.value() * 1.15);
    }
    values.setUpperBound(highest);
    return drawn;
  }

  private static BarRenderer renderer(int series, Chart chart) {
    NumberFormat format = NumberFormat.getInstance(Locale.ROOT);
    boolean large = chart.bars().stream().anyMatch(bar -> bar.value() >= LARGE);
    format.setMaximumFractionDigits(large ? 0 : 2);
    BarRenderer renderer = new BarRenderer();
    renderer.setBarPainter(new StandardBarPainter());
    renderer.setShadowVisible(false);
    renderer.setItemMargin(0.05);
    renderer.setMaximumBarWidth(0.12);
    for (int i = 0; i < series; i++) {
      renderer.setSeriesPaint(i, COLORS.get(i % COLORS.size()));
    }
    renderer.setDefaultItemLabelGenerator(new StandardCategoryItemLabelGenerator("{2}", format));
    renderer.setDefaultItemLabelFont(new Font(Font.SANS_SERIF, Font.PLAIN, 10));
    renderer.setDefaultItemLabelsVisible(true);
    return renderer;
  }
}
