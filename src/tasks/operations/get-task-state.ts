import {taskReading} from './readings.ts'
import {taskState} from './schemas.ts'
import {toOperation} from './to-operation.ts'

export const getTaskState = toOperation(taskReading, taskState)
