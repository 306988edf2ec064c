// The drawing program of the charts: Apache ECharts, only the kinds that are used, drawn as SVG.
import * as core from "echarts/core";
import { BarChart, CustomChart, FunnelChart, HeatmapChart, LineChart, MapChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

core.use([BarChart, CustomChart, FunnelChart, HeatmapChart, LineChart, MapChart, GridComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

export const { init, registerMap } = core;
