import { describeStaged, useStagedAddresses } from '../config/staged.ts';
import { keepHeapSmall } from '../core/small-heap.ts';
import { dryRun } from '../gates/smoke-test/dry-run.ts';
import { smokeTest } from '../gates/smoke-test/gate.ts';
import { planSmoke } from '../gates/smoke-test/plan/plan.ts';
import { runAction } from '../github/action.ts';
import { requireStagedRecord } from '../release/missing-record.ts';

keepHeapSmall();
await runAction('smoke-test', async action => {
  const { inputs, context, configuration, record } = action;
  const source = inputs.text('import');
  if (source !== '') return (await import('../gates/smoke-test/import/import.ts')).importFlows(source, context);

  const selection = { flows: inputs.list('flows'), tags: inputs.list('tags') };
  const staged = describeStaged(record().services);
  if (staged) context.log.info(staged);
  const config = await configuration();
  const plan = planSmoke(useStagedAddresses(config, record().services), selection, context, record());
  if (inputs.flag('dry-run')) return dryRun(plan, context);
  await requireStagedRecord(action, config, inputs.text('github-token'));
  const { checkReportPaths, writeReports } = await import('../gates/smoke-test/reports/write.ts');
  const paths = { junit: inputs.text('junit'), json: inputs.text('json') };
  await checkReportPaths(paths, context);
  const report = await smokeTest(plan, context);
  await writeReports(report, paths, context);
  return report;
});
